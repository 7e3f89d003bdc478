# Shared by the start scripts, which set $root before they read this. POSIX sh.
#
# Finds Java, builds the jar when it is missing or older than the sources, and sets the options of the Java VM.

# An installation has the jar alone; a source tree builds it.
jar=$root/lib/nodepool.jar
[ -f "$jar" ] || jar=$root/nodepool-runner/target/nodepool.jar

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
    [ "${jar%/target/*}" != "$jar" ] || return 0
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

# Sets $archive, the class archive of this jar and this Java, empty when there is none: it halves the time to start. What
# is archived are the classes of a rehearsal. Nothing here may keep a program from starting: the Java VM ignores an archive
# that does not fit or whose sums are wrong, and one that is cut off, which would crash it, does not get that far.
find_archive() {
    directory=${NODEPOOL_CACHE_DIR:-${jar%/*}}
    home=$(printf %s "$java_home" | cksum)
    stamp=$(stat -c %s-%Y "$jar" 2>/dev/null) || stamp=unknown
    archives=$directory/nodepool-$java_version-${home%% *}-$stamp
    look_for_archive
    if [ -z "$archive" ] && [ "$stamp" != unknown ] && [ -w "$directory" ]; then
        make_archive
        look_for_archive
    fi
    [ -s "$archive" ] || archive=
}

# The name ends with the size.
look_for_archive() {
    set -- "$archives"-*.jsa
    archive=$1
    size=${archive##*-}
    [ "$(stat -c %s "$archive" 2>/dev/null)" = "${size%.jsa}" ] || archive=
}

# Whoever comes while another makes the archive starts without it. A rehearsal that fails leaves an empty file, so that
# the next start does not try in vain.
make_archive() {
    command -v flock >/dev/null || return 0
    {
        flock -n 8 || return 0
        look_for_archive
        [ -z "$archive" ] || return 0
        rm -f "$directory"/nodepool-*.jsa "$directory"/nodepool-*.new
        fresh=$archives.new
        code=0
        "$java" $vm_options -XX:ArchiveClassesAtExit="$fresh" -jar "$jar" rehearse 8>&- >/dev/null 2>&1 </dev/null ||
            code=$?
        # Interrupted: the next start tries again.
        [ "$code" -lt 128 ] || return 0
        if [ "$code" -ne 0 ] || [ ! -s "$fresh" ]; then
            rm -f "$fresh"
            : >"$fresh"
        fi
        # After a loss of power a file that was only renamed may be hollow.
        sync "$fresh" || sync
        mv -f "$fresh" "$archives-$(stat -c %s "$fresh").jsa"
    } 2>/dev/null 8>"$directory/.archive.lock" || return 0
}

# The small collector needs the least memory and starts fastest. So does the first compiler alone: a launcher mostly waits,
# and what the second one costs it never gives back (docs/performance-notes.md). An idle process does not wake up every
# second for a safepoint nobody asked for; no file in /tmp for jps; the VM's own words about archives must not get into the
# output. Comparing the sums of an archive takes 15 ms; without, a damaged one crashes the VM.
vm_options="-XX:+IgnoreUnrecognizedVMOptions -XX:+UseSerialGC -Xms32m -XX:TieredStopAtLevel=1 -XX:-UsePerfData"
vm_options="$vm_options -Xshare:auto -XX:+VerifySharedSpaces"
vm_options="$vm_options -XX:+UnlockDiagnosticVMOptions -XX:GuaranteedSafepointInterval=0"
vm_options="$vm_options -Xlog:disable -Xlog:all=error:stderr -Xlog:cds*=off:stderr"

# Sets $java and $vm_options; afterwards the jar is there.
prepare() {
    find_java
    ensure_jar
    find_archive
    if [ -n "$archive" ]; then
        vm_options="$vm_options -XX:SharedArchiveFile=$archive"
    fi
}
