# What up.sh, down.sh and status.sh share. To be sourced.
# shellcheck shell=bash

LAB_HOME=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
LAB_DIR=$(realpath -m "${LAB_DIR:-target/openstack-lab}")
export LC_ALL=C.UTF-8
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY all_proxy ALL_PROXY

say() { printf '[lab] %s\n' "$*"; }
die() {
    printf '[lab] %s\n' "$*" >&2
    exit 1
}

# Each service has its usual port plus LAB_PORT_OFFSET; the second group is the same APIs behind the fault proxy. With the
# usual offsets all are below those that the kernel gives to outgoing connections, where one may be in use at any time.
ports() {
    local o=$LAB_PORT_OFFSET
    P_KEYSTONE=$((5000 + o)) P_GLANCE=$((9292 + o)) P_NOVA=$((8774 + o)) P_PLACEMENT=$((8778 + o)) P_NEUTRON=$((9696 + o))
    P_X_KEYSTONE=$((5001 + o)) P_X_GLANCE=$((9293 + o)) P_X_NOVA=$((8784 + o)) P_X_NEUTRON=$((9697 + o))
    P_DB=$((3306 + o)) P_AMQP=$((5672 + o)) P_EPMD=$((4369 + o)) P_DIST=$((5673 + o)) P_CACHE=$((11211 + o))
}

# started PID: when the kernel started it; with the pid this names a process for good. One that is dead and that nobody has
# waited for, as in a container whose first process does not, is none any more.
started() {
    local stat
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    # shellcheck disable=SC2086 # to be split
    set -- ${stat##*) }
    [ "$1" != Z ] || return 1
    printf '%s\n' "${20}"
}

# start NAME COMMAND...: in a session of its own; output in log/NAME.log, pid and start time in run/NAME.pid.
start() {
    local name=$1 pid
    shift
    setsid "$@" >>"$LAB_DIR/log/$name.log" 2>&1 </dev/null &
    pid=$!
    disown "$pid"
    # Until setsid has run, the process is still in our group, where a kill would hit us.
    for _ in {1..50}; do
        [ "$(ps -o pgid= -p "$pid" 2>/dev/null | tr -d ' ')" != "$pid" ] || break
        sleep 0.02
    done
    printf '%s %s\n' "$pid" "$(started "$pid" || echo 0)" >"$LAB_DIR/run/$name.pid"
}

# alive NAME: whether the process that start recorded still runs.
alive() {
    local pid when
    [ -r "$LAB_DIR/run/$1.pid" ] || return 1
    read -r pid when <"$LAB_DIR/run/$1.pid"
    [ "$(started "$pid" || echo gone)" = "$when" ]
}

pid_of() {
    local pid
    read -r pid _ <"$LAB_DIR/run/$1.pid"
    printf '%s\n' "$pid"
}

# stop NAME SECONDS: asks it to end, waits so long, then kills what is left of its group.
stop() {
    local name=$1 limit=$2 pid
    if alive "$name"; then
        pid=$(pid_of "$name")
        kill -CONT -- "-$pid" 2>/dev/null || true
        kill -TERM "$pid" 2>/dev/null || true
        for ((i = 0; i < limit * 10; i++)); do
            alive "$name" || break
            sleep 0.1
        done
        kill -KILL -- "-$pid" 2>/dev/null || true
    fi
    rm -f "$LAB_DIR/run/$name.pid"
}

# failed NAME TEXT: ends with the last lines of its log.
failed() {
    tail -25 "$LAB_DIR/log/$1.log" >&2
    die "$1 $2"
}

# wait_until NAME SECONDS COMMAND...: until the command succeeds; the process must live meanwhile.
wait_until() {
    local name=$1 limit=$2 end
    shift 2
    end=$((SECONDS + limit))
    until "$@"; do
        alive "$name" || failed "$name" "has died"
        [ $SECONDS -lt $end ] || failed "$name" "is not up after $limit s ($*)"
        sleep 0.2
    done
}

answers() { # answers URL
    case $(curl -s -o /dev/null -m 5 -w '%{http_code}' "$1") in 2?? | 3?? | 401) true ;; *) false ;; esac
}

# Of emulated machines. Names of sockets are short, and a checkout may be anywhere.
libvirt_sockets() { printf '/run/nodepool-lab-%s' "$LAB_PORT_OFFSET"; }
libvirt_uri() { printf 'qemu+unix:///system?socket=%s/libvirt-sock' "$(libvirt_sockets)"; }

listens() { # listens PORT
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}
