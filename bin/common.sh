# Shared by the start scripts, which set $root before they read this. POSIX sh.
#
# Finds Java, builds the jar when it is missing or older than the sources, and sets the options of the Java VM.

jar=$root/nodepool-runner/target/nodepool.jar

# HotSpot uses SIGUSR2 for itself; this moves its use to a signal nobody else wants.
export _JAVA_SR_SIGNUM=50

fail() {
    printf '%s: %s\n' "${0##*/}" "$1" >&2
    exit 1
}

# Sets $java and $java_version. The version is read from the release file of the Java home: asking the VM takes longer.
find_java() {
    if [ -n "${JAVA_HOME:-}" ]; then
        java=$JAVA_HOME/bin/java
        [ -x "$java" ] || fail "JAVA_HOME is $JAVA_HOME, but there is no bin/java in it"
    else
        java=$(command -v java) || fail "no Java found; install a JDK of version 17 or newer, or set JAVA_HOME"
    fi
    java_home=$(dirname "$(dirname "$(readlink -f "$java")")")
    java_version=$(sed -n 's/^JAVA_VERSION="\(.*\)"$/\1/p' "$java_home/release" 2>/dev/null) || java_version=
    [ -n "$java_version" ] || java_version=$("$java" -version 2>&1 | sed -n '1s/.*"\(.*\)".*/\1/p')
    major=${java_version%%[!0-9]*}
    [ "${major:-0}" -ge 17 ] || fail "$java is Java ${java_version:-of an unknown version}; version 17 or newer is needed"
}

is_current() {
    [ -f "$jar" ] || return 1
    newer=$(cd "$root" && find pom.xml ./*/pom.xml ./*/src/main -newer "$jar" 2>/dev/null | head -n 1)
    [ -z "$newer" ]
}

# Builds under a lock: who comes second waits and then finds the jar current.
ensure_jar() {
    is_current && return 0
    command -v mvn >/dev/null || fail "$jar is missing or older than the sources, and there is no mvn to build it"
    mkdir -p "${jar%/*}"
    exec 9>"$root/nodepool-runner/target/.build.lock"
    if command -v flock >/dev/null; then
        flock 9
    fi
    if ! is_current; then
        printf '%s: building %s\n' "${0##*/}" "$jar" >&2
        (cd "$root" && mvn -q -B -DskipTests package 9>&-) >&2 || fail "the build failed"
        # Maven leaves the jar alone when only a file without effect has changed.
        touch "$jar"
    fi
    exec 9>&-
}

# Sets $archive, the class archive of this jar and this Java: it halves the time to start. A run of the demonstration
# loads nearly every class there is. Without an archive everything works, only slower.
ensure_archive() {
    archive=$root/nodepool-runner/target/nodepool-$java_version.jsa
    if [ -f "$archive" ] && [ -z "$(find "$archive" ! -newer "$jar")" ]; then
        return 0
    fi
    fresh=$archive.$$
    "$java" $vm_options -XX:ArchiveClassesAtExit="$fresh" -jar "$jar" demo --once >/dev/null 2>&1 </dev/null || rm -f "$fresh"
    # An empty file keeps the next start from trying in vain.
    [ -f "$fresh" ] || : >"$fresh" 2>/dev/null || return 0
    mv -f "$fresh" "$archive"
}

# The small collector needs the least memory and starts fastest. The work is waiting and short answers: the second
# compiler costs more memory and processor time than its code ever gives back (docs/performance-notes.md). An idle process does not wake up every second for a
# safepoint nobody asked for; no file in /tmp for jps; the VM's own words about archives must not get into the output.
vm_options="-XX:+UseSerialGC -Xms32m -XX:TieredStopAtLevel=1 -XX:-UsePerfData -Xshare:auto"
vm_options="$vm_options -XX:+UnlockDiagnosticVMOptions -XX:GuaranteedSafepointInterval=0"
vm_options="$vm_options -Xlog:disable -Xlog:all=error:stderr"

# Sets $java and $vm_options; afterwards the jar is there.
prepare() {
    find_java
    ensure_jar
    ensure_archive
    if [ -s "$archive" ]; then
        vm_options="$vm_options -XX:SharedArchiveFile=$archive"
    fi
}
