#!/bin/sh
# Microbenchmarks of the codec, of decisions and of the live copy. Arguments go to JMH.   bench/jmh.sh [-f 1 -i 3 ...]
set -eu
root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
(cd "$root" && mvn -q -B -Pbench -pl bench/jmh -am -DskipTests package)
exec java -jar "$root/bench/jmh/target/jmh.jar" -f 1 -wi 3 -w 1 -i 5 -r 1 "$@"
