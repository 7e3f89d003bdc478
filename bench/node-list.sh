#!/bin/sh
# How fast a launcher answers /node-list with many nodes: node-list.sh [NODES [REQUESTS [CHANGES]]]
set -eu
root=$(dirname "$(dirname "$(readlink -f "$0")")")
. "$root/bin/common.sh"
prepare
# The client must not stop for its own garbage while it measures.
exec "$java" $vm_options -Xms1g -Xmn512m -cp "$jar" "$root/bench/NodeListBench.java" "$root/bin/nodepool-launcher" \
    "${1:-5000}" "${2:-2000}" "${3:-60}"
