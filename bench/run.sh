#!/bin/sh
# Measures the launcher beside its targets: starts ZooKeeper, launcher and load, prints the table and, when everything
# is measured, writes docs/performance.md.   bench/run.sh [--raw FILE] [GROUP...]
set -eu
bench=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
for program in java javac jcmd; do
    command -v $program >/dev/null || { echo "run.sh: $program is missing (package openjdk-17-jdk-headless)" >&2; exit 1; }
done
[ -f /usr/share/java/zookeeper.jar ] || { echo "run.sh: ZooKeeper is missing (packages zookeeper libnetty-java libslf4j-java)" >&2; exit 1; }
/usr/bin/python3 -c 'import kazoo' 2>/dev/null || { echo "run.sh: kazoo is missing (package python3-kazoo)" >&2; exit 1; }
"$bench/../bin/nodepool" --version >/dev/null
PYTHONDONTWRITEBYTECODE=1 exec setsid -w /usr/bin/python3 "$bench/run.py" "$@"
