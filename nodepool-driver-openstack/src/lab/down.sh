#!/usr/bin/env bash
# Ends the lab in LAB_DIR, by the processes that up.sh recorded, and removes the directory.
#
#   LAB_KEEP=1   leaves logs and data
set -euo pipefail
# shellcheck source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

[ -e "$LAB_DIR/.openstack-lab" ] || { say "no lab in $LAB_DIR"; exit 0; }
# shellcheck disable=SC1091
[ ! -r "$LAB_DIR/lab.env" ] || . "$LAB_DIR/lab.env"

if [ "${LAB_VIRT:-fake}" = qemu ]; then
    # shellcheck source=qemu.sh
    . "$LAB_HOME/qemu.sh"
    end_guests
fi

# stop_together SECONDS NAME...
stop_together() {
    local limit=$1 name pids=()
    shift
    for name; do
        stop "$name" "$limit" &
        pids+=($!)
    done
    [ ${#pids[@]} -eq 0 ] || wait "${pids[@]}"
}
running() { # running [EXCEPT...]: names of what is recorded
    local file name
    for file in "$LAB_DIR"/run/*.pid; do
        [ -e "$file" ] || continue
        name=$(basename "$file" .pid)
        [[ " $* " == *" $name "* ]] || echo "$name"
    done
}
# Those that call others first, then those that are called, then Erlang's name server, which the message bus needs to end.
# shellcheck disable=SC2046 # names without blanks
stop_together 10 $(running mariadb rabbitmq memcached libvirtd epmd)
# shellcheck disable=SC2046
stop_together 20 $(running epmd)
stop epmd 5
[ "${LAB_VIRT:-fake}" = fake ] || remove_bridge

if [ "${LAB_KEEP:-0}" = 1 ]; then
    say "ended; logs and data are in $LAB_DIR"
else
    rm -rf "$LAB_DIR"
    say "ended; $LAB_DIR removed"
fi
