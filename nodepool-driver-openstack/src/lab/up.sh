#!/usr/bin/env bash
# Starts the OpenStack lab: real services on 127.0.0.1, filled with things to test against. Ends when all of it answers.
#
#   LAB_DIR          everything it writes                            (target/openstack-lab)
#   LAB_CACHE        empty databases, kept for the next start        ($LAB_DIR-cache)
#   LAB_VIRT         fake: servers are entries in a list; qemu: emulated machines, needs root   (fake)
#   LAB_HOSTS        compute hosts, dealt out to the zones in turn   (2)
#   LAB_ZONES        availability zones az1, az2, ...                (2)
#   LAB_PORT_OFFSET  added to the usual port of each service         (10000)
#   LAB_TOKEN_TTL    seconds a token lives                           (3600)
set -euo pipefail
# The braces make bash read the whole file before it begins, so that editing it harms no running lab.
{
# shellcheck source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

LAB_CACHE=$(realpath -m "${LAB_CACHE:-$LAB_DIR-cache}")
LAB_VIRT=${LAB_VIRT:-fake}
LAB_HOSTS=${LAB_HOSTS:-2}
LAB_ZONES=${LAB_ZONES:-2}
LAB_PORT_OFFSET=${LAB_PORT_OFFSET:-10000}
LAB_TOKEN_TTL=${LAB_TOKEN_TTL:-3600}
LAB_PASSWORD=lab
LAB_NET_CIDR=10.90.0.0/20
LAB_BRIDGE=
WAIT=240
python=/usr/bin/python3

case $LAB_VIRT in
    fake) ;;
    qemu) LAB_HOSTS=1 LAB_ZONES=1 LAB_BRIDGE=brlab ;;
    *) die "LAB_VIRT must be fake or qemu" ;;
esac
for number in LAB_HOSTS LAB_ZONES LAB_PORT_OFFSET LAB_TOKEN_TTL; do
    [[ ${!number} =~ ^[0-9]{1,5}$ ]] || die "$number must be a number"
done
for program in /usr/sbin/mariadbd /usr/bin/nova-manage /usr/bin/neutron-server /usr/bin/keystone-wsgi-public; do
    [ -x "$program" ] || die "$program is missing: run $LAB_HOME/install.sh first"
done
for file in "$LAB_DIR"/run/*.pid; do
    [ -e "$file" ] || continue
    name=$(basename "$file" .pid)
    ! alive "$name" || die "a lab runs in $LAB_DIR ($name): run down.sh first"
done
ports
# shellcheck disable=SC2086 # names to be split
for port in ${!P_*}; do
    ! listens "${!port}" || die "port ${!port} is in use, perhaps by another lab: end it or set LAB_PORT_OFFSET"
done
step() { say "$(printf '%4d s  %s' $SECONDS "$*")"; }

# A lab that died is thrown away; a directory that is not a lab's is not touched.
if [ -d "$LAB_DIR" ] && [ -n "$(ls -A "$LAB_DIR")" ]; then
    [ -e "$LAB_DIR/.openstack-lab" ] || die "$LAB_DIR is not empty and holds no lab"
    rm -rf "$LAB_DIR"
fi
mkdir -p "$LAB_DIR"/{etc,log,run,faults,rabbit,tmp,cache,glance/images,neutron,mysql} \
    "$LAB_DIR"/etc/{keystone,placement} "$LAB_CACHE"
mkdir -m 700 "$LAB_DIR"/etc/{fernet-keys,credential-keys}
: >"$LAB_DIR/.openstack-lab"
for setting in LAB_VIRT LAB_PORT_OFFSET LAB_PASSWORD LAB_BRIDGE; do
    printf '%s=%q\n' "$setting" "${!setting}"
done >"$LAB_DIR/lab.env"

export PYTHONDONTWRITEBYTECODE=1 TMPDIR="$LAB_DIR/tmp" HOME="$LAB_DIR/tmp" XDG_CACHE_HOME="$LAB_DIR/cache"
export LAB_FAULTS="$LAB_DIR/faults" LAB_BRIDGE
# shellcheck disable=SC2086 # names to be split
unset PYTHONPATH PYTHONHOME VIRTUAL_ENV ${!OS_*}
# No name is looked up here, and a resolver of eventlet's own would only be one more thing that may fail.
export EVENTLET_NO_GREENDNS=yes
# Containers often allow a billion open files, for each of which some services set memory aside.
files=$(ulimit -H -n)
[ "$files" != unlimited ] && [ "$files" -le 65536 ] || files=65536
ulimit -n "$files"

database_url() { printf 'mysql+pymysql://lab:%s@127.0.0.1:%s/%s?charset=utf8' "$LAB_PASSWORD" "$P_DB" "$1"; }
host_name() { printf '%s-%02d' "$LAB_VIRT" "$1"; }
message_bus="rabbit://lab:$LAB_PASSWORD@127.0.0.1:$P_AMQP/"
keystone="http://127.0.0.1:$P_KEYSTONE/v3"
# shellcheck source=config.sh
. "$LAB_HOME/config.sh"
write_configuration

step "database, message bus, cache"
start epmd epmd -address 127.0.0.1 -port "$P_EPMD"
wait_until epmd 10 listens "$P_EPMD"
start rabbitmq bash -c ". '$LAB_DIR/etc/rabbit.env'; exec /usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server"
start memcached memcached -l 127.0.0.1 -p "$P_CACHE" -U 0 -m 64 -u "$(id -un)"
# shellcheck source=database.sh
. "$LAB_HOME/database.sh"
database_up
wait_until memcached 10 listens "$P_CACHE"
log=$LAB_DIR/log/keystone-bootstrap.log
keystone-manage --config-file "$LAB_DIR/etc/keystone/keystone.conf" bootstrap \
    --bootstrap-password "$LAB_PASSWORD" --bootstrap-region-id RegionOne --bootstrap-admin-url "$keystone" \
    --bootstrap-internal-url "$keystone" --bootstrap-public-url "$keystone" >"$log" 2>&1 ||
    failed keystone-bootstrap "did not work"

step "identity service"
wsgi() { # wsgi NAME PORT SCRIPT PROCESSES
    start "$1" uwsgi --plugin python3 --http-socket "127.0.0.1:$2" --wsgi-file "$3" --master --processes "$4" \
        --threads 1 --enable-threads --thunder-lock --die-on-term --need-app --lazy-apps --buffer-size 65535 \
        --listen 100 --procname-prefix-spaced "lab-$1" --add-header "Connection: close"
}
service() { # service NAME MODULE:FUNCTION PROGRAM CONFIGURATION
    start "$1" "$python" "$LAB_HOME/python/launch.py" "$2" "$3" --config-file "$LAB_DIR/etc/$4"
}
OS_KEYSTONE_CONFIG_FILES="$LAB_DIR/etc/keystone/keystone.conf" wsgi keystone "$P_KEYSTONE" /usr/bin/keystone-wsgi-public 2
wait_until rabbitmq $WAIT listens "$P_AMQP"
service neutron neutron.cmd.eventlet.server:main neutron-server neutron.conf
wait_until keystone $WAIT answers "$keystone"
export LAB_DIR LAB_PASSWORD LAB_VIRT LAB_HOSTS LAB_ZONES LAB_NET_CIDR
# shellcheck disable=SC2086,SC2163
export ${!P_*}
"$python" "$LAB_HOME/python/seed.py" identity

step "the other services"
OS_PLACEMENT_CONFIG_DIR="$LAB_DIR/etc/placement" wsgi placement "$P_PLACEMENT" /usr/bin/placement-api 1
service glance glance.cmd.api:main glance-api glance-api.conf
service nova-api nova.cmd.api:main nova-api nova.conf
service nova-conductor nova.cmd.conductor:main nova-conductor nova.conf
service nova-scheduler nova.cmd.scheduler:main nova-scheduler nova.conf
wait_until placement $WAIT answers "http://127.0.0.1:$P_PLACEMENT/"
if [ "$LAB_VIRT" = qemu ]; then
    # shellcheck source=qemu.sh
    . "$LAB_HOME/qemu.sh"
    make_bridge
    start_libvirt
fi
for ((i = 1; i <= LAB_HOSTS; i++)); do
    service "nova-compute-$i" nova.cmd.compute:main nova-compute "nova-compute-$i.conf"
done
start proxy "$python" "$LAB_HOME/python/faultproxy.py" \
    "identity=$P_X_KEYSTONE:$P_KEYSTONE" "image=$P_X_GLANCE:$P_GLANCE" \
    "compute=$P_X_NOVA:$P_NOVA" "network=$P_X_NEUTRON:$P_NEUTRON"
wait_until glance $WAIT answers "http://127.0.0.1:$P_GLANCE/"
wait_until neutron $WAIT answers "http://127.0.0.1:$P_NEUTRON/"
wait_until nova-api $WAIT answers "http://127.0.0.1:$P_NOVA/"
wait_until proxy 30 listens "$P_X_NOVA"

step "networks, flavors, images, zones"
ssh-keygen -q -t ed25519 -N '' -C lab -f "$LAB_DIR/id_lab"
"$python" "$LAB_HOME/python/seed.py" cloud
step "ready: OS_CLIENT_CONFIG_FILE=$LAB_DIR/clouds.yaml, clouds lab, tiny, admin, faulty"
exit 0
}
