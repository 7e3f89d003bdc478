#!/usr/bin/env bash
# Shows the lab in LAB_DIR: processes with their memory, APIs, faults that are switched on.
# Exit code: 0 all is well, 1 something is down or paused, 2 there is no lab.
set -euo pipefail
# shellcheck source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

[ -r "$LAB_DIR/lab.env" ] || { say "no lab in $LAB_DIR"; exit 2; }
# shellcheck disable=SC1091
. "$LAB_DIR/lab.env"
ports

bad=0 total=0
for file in "$LAB_DIR"/run/*.pid; do
    [ -e "$file" ] || continue
    name=$(basename "$file" .pid) memory=0
    if ! alive "$name"; then
        state=down bad=1
    else
        pid=$(pid_of "$name") state=up
        [ "$(ps -o stat= -p "$pid" | cut -c1)" != T ] || state=paused bad=1
        # Shared pages are divided among those that share them.
        for member in $(ps -o pid= -s "$pid"); do
            part=$(awk '/^Pss:/ {print $2}' "/proc/$member/smaps_rollup" 2>/dev/null || true)
            memory=$((memory + ${part:-0}))
        done
    fi
    total=$((total + memory))
    printf '%-18s %-8s %6d MB\n' "$name" "$state" $((memory / 1024))
done
printf '%-18s %-8s %6d MB\n' total '' $((total / 1024))
for api in "identity $P_KEYSTONE" "image $P_GLANCE" "placement $P_PLACEMENT" "compute $P_NOVA" "network $P_NEUTRON"; do
    read -r name port <<<"$api"
    if answers "http://127.0.0.1:$port/"; then state=answers; else state=silent bad=1; fi
    printf '%-18s %-8s port %s\n' "$name" "$state" "$port"
done
for file in "$LAB_DIR"/faults/*; do
    [ ! -e "$file" ] || printf 'fault %s: %s\n' "$(basename "$file")" "$(head -c 200 "$file" | tr '\n' ';')"
done
exit $bad
