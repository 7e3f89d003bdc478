# Shared by the start scripts of the daemons: what a Java VM can not do itself, going to the background. POSIX sh.

# Whether the arguments ask for the foreground. Arguments of other options are skipped: "-c -f" names a file.
in_foreground() {
    while [ $# -gt 0 ]; do
        case $1 in
        -c | -s | -l | -p | --drain | --ready-timeout | --driver-path | --log-format | --build-workers | --upload-workers | --web)
            shift
            ;;
        -[dfh]* | --h* | --v*) return 0 ;;
        esac
        [ $# -eq 0 ] || shift
    done
    return 1
}

# run_daemon PROGRAM ARGUMENTS: ends with the daemon in the foreground, or once it has started in the background.
run_daemon() {
    program=$1
    shift
    # A shell starts background commands with SIGINT ignored, and a Java VM leaves an ignored SIGINT ignored.
    if env --default-signal=INT true 2>/dev/null; then
        undo="env --default-signal=INT"
    else
        undo=
    fi
    if in_foreground "$@"; then
        exec $undo "$java" $vm_options -jar "$jar" "$program" "$@"
    fi
    command -v setsid >/dev/null || fail "setsid is not installed (package util-linux); use -f"
    # The daemon's standard error comes through a pipe that ends with this script: a start that fails is told here,
    # with its exit code, and nothing holds the terminal afterwards.
    pipe=$(mktemp -d)/stderr
    trap 'rm -rf "${pipe%/*}"' EXIT
    mkfifo "$pipe"
    $undo setsid "$java" $vm_options -jar "$jar" "$program" --detached "$@" </dev/null >/dev/null 2>"$pipe" &
    daemon=$!
    while IFS= read -r line; do
        [ "$line" = "nodepool: started" ] && exit 0
        printf '%s\n' "$line" >&2
    done <"$pipe"
    code=0
    wait "$daemon" || code=$?
    exit "$code"
}
