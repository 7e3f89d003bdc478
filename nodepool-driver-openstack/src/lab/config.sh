# Configuration files of all services; sourced by up.sh.
# shellcheck shell=bash

write_configuration() {
    local i
    write_keystone >"$LAB_DIR/etc/keystone/keystone.conf"
    write_glance >"$LAB_DIR/etc/glance-api.conf"
    write_placement >"$LAB_DIR/etc/placement/placement.conf"
    write_neutron >"$LAB_DIR/etc/neutron.conf"
    write_nova lab-control nova_cell1 >"$LAB_DIR/etc/nova.conf"
    write_nova lab-control nova_cell0 >"$LAB_DIR/etc/nova-cell0.conf"
    for ((i = 1; i <= LAB_HOSTS; i++)); do
        mkdir -p "$LAB_DIR/nova/$(host_name "$i")/instances"
        {
            write_nova "$(host_name "$i")" ""
            "write_compute_$LAB_VIRT" "$LAB_DIR/etc/nova-compute-$i.conf"
        } >"$LAB_DIR/etc/nova-compute-$i.conf"
    done
    write_mariadb >"$LAB_DIR/etc/mariadb.cnf"
    write_rabbitmq
    local keys
    for keys in fernet-keys credential-keys; do
        for i in 0 1; do
            (umask 077 && openssl rand -base64 32 | tr '+/' '-_' | tr -d '\n' >"$LAB_DIR/etc/$keys/$i")
        done
    done
}

# How a service checks the tokens that it is shown. They are believed for ten seconds without asking again. Without the
# region it might ask through the fault proxy.
checks_tokens_as() {
    cat <<X

[keystone_authtoken]
www_authenticate_uri = $keystone
auth_type = password
region_name = RegionOne
memcached_servers = 127.0.0.1:$P_CACHE
token_cache_time = 10
service_token_roles_required = true
service_token_roles = service
X
    credentials "$1"
}

# How a service logs in to call another.
calls_as() { # calls_as SECTION USER
    printf '\n[%s]\nauth_type = password\nregion_name = RegionOne\n' "$1"
    credentials "$2"
}

credentials() {
    cat <<X
auth_url = $keystone
username = $1
password = $LAB_PASSWORD
project_name = service
user_domain_name = Default
project_domain_name = Default
X
}

database_section() { # database_section SECTION NAME
    printf '\n[%s]\nconnection = %s\nmax_pool_size = 20\nmax_overflow = 40\n' "$1" "$(database_url "$2")"
}

lock_path() { printf '\n[oslo_concurrency]\nlock_path = %s\n' "$LAB_DIR/tmp"; }

write_keystone() {
    cat <<X
[DEFAULT]
use_stderr = true
max_token_size = 512

[cache]
enabled = true
backend = dogpile.cache.memcached
memcache_servers = 127.0.0.1:$P_CACHE
expiration_time = 5

[token]
provider = fernet
expiration = $LAB_TOKEN_TTL
allow_expired_window = $LAB_TOKEN_TTL

[fernet_tokens]
key_repository = $LAB_DIR/etc/fernet-keys

[fernet_receipts]
key_repository = $LAB_DIR/etc/fernet-keys

[credential]
key_repository = $LAB_DIR/etc/credential-keys

[identity]
password_hash_rounds = 4
X
    database_section database keystone
}

write_glance() {
    cat <<X
[DEFAULT]
use_stderr = true
transport_url = $message_bus
bind_host = 127.0.0.1
bind_port = $P_GLANCE
workers = 0
enabled_backends =
image_size_cap = 21474836480
limit_param_default = 100
api_limit_max = 1000

[paste_deploy]
flavor = keystone
config_file = /usr/share/glance-common/glance-api-paste.ini

[glance_store]
stores = file,http
default_store = file
filesystem_store_datadir = $LAB_DIR/glance/images
X
    lock_path
    database_section database glance
    checks_tokens_as glance
}

write_placement() {
    printf '[DEFAULT]\nuse_stderr = true\n\n[api]\nauth_strategy = keystone\n'
    database_section placement_database placement
    checks_tokens_as placement
}

write_neutron() {
    cat <<X
[DEFAULT]
use_stderr = true
transport_url = $message_bus
state_path = $LAB_DIR/neutron
bind_host = 127.0.0.1
bind_port = $P_NEUTRON
auth_strategy = keystone
core_plugin = ml2
service_plugins = openstack_lab.l3.LabL3Plugin
api_workers = 2
rpc_workers = 0
rpc_state_report_workers = 0
api_paste_config = /usr/share/neutron-common/api-paste.ini
enable_traditional_dhcp = false
dhcp_agent_notification = false
enable_dvr = false
allow_overlapping_ips = true
notify_nova_on_port_status_changes = true
notify_nova_on_port_data_changes = true
send_events_interval = 1

[ml2]
type_drivers = local,flat,vxlan
tenant_network_types = vxlan
mechanism_drivers = openstack_lab
extension_drivers = port_security

[ml2_type_flat]
flat_networks = public,labnet

[ml2_type_vxlan]
vni_ranges = 1:10000

[quotas]
track_quota_usage = false
X
    lock_path
    database_section database neutron
    calls_as nova nova
    echo "endpoint_type = public"
    checks_tokens_as neutron
}

write_nova() { # write_nova HOST CELL_DATABASE; a compute host has no database
    cat <<X
[DEFAULT]
use_stderr = true
transport_url = $message_bus
host = $1
my_ip = 127.0.0.1
state_path = $LAB_DIR/nova/$1
log_options = false
enabled_apis = osapi_compute
osapi_compute_listen = 127.0.0.1
osapi_compute_listen_port = $P_NOVA
osapi_compute_workers = 2
service_down_time = 30
report_interval = 10
instance_usage_audit = false
running_deleted_instance_poll_interval = 0
vif_plugging_timeout = 60
vif_plugging_is_fatal = true
force_config_drive = $([ "$LAB_VIRT" = qemu ] && echo true || echo false)

[api]
auth_strategy = keystone
max_limit = 1000

[wsgi]
api_paste_config = /usr/share/nova-common/api-paste.ini
default_pool_size = 200

[conductor]
workers = 1

[scheduler]
workers = 1
max_attempts = 3
discover_hosts_in_cells_interval = 60

[filter_scheduler]
enabled_filters = ComputeFilter,ComputeCapabilitiesFilter,ImagePropertiesFilter,ServerGroupAntiAffinityFilter,ServerGroupAffinityFilter

[compute]
consecutive_build_service_disable_threshold = 0

[glance]
api_servers = http://127.0.0.1:$P_GLANCE
verify_glance_signatures = false

[vnc]
enabled = false

[spice]
enabled = false
X
    lock_path
    if [ -n "$2" ]; then
        database_section api_database nova_api
        database_section database "$2"
    fi
    calls_as placement placement
    calls_as neutron neutron
    echo "service_metadata_proxy = false"
    checks_tokens_as nova
}

# Both add to what write_nova has written; sections may be opened again.
write_compute_fake() {
    printf '\n[DEFAULT]\ncompute_driver = openstack_lab.LabDriver\n'
}

write_compute_qemu() { # write_compute_qemu FILE
    cat <<X

[DEFAULT]
compute_driver = libvirt.LibvirtDriver
use_cow_images = true
flat_injected = false
config_drive_format = iso9660
mkisofs_cmd = genisoimage
resume_guests_state_on_host_boot = false
reserved_host_memory_mb = 512

[libvirt]
virt_type = qemu
cpu_mode = none
connection_uri = $(libvirt_uri)
images_type = qcow2
hw_disk_discard = unmap
disk_cachemodes = file=unsafe
X
    local section
    for section in privsep nova_sys_admin vif_plug_linux_bridge_privileged vif_plug_ovs_privileged; do
        printf '\n[%s]\nhelper_command = privsep-helper --config-file %s\n' "$section" "$1"
    done
}

# Nothing of it outlives the lab, so nothing is made durable.
write_mariadb() {
    cat <<X
[mariadbd]
datadir = $LAB_DIR/mysql
socket = mysql.sock
pid-file = mysqld.pid
bind-address = 127.0.0.1
port = $P_DB
user = $(id -un)
skip-name-resolve
skip-log-bin
transaction-isolation = READ-COMMITTED
max_connections = 1000
character-set-server = utf8mb3
collation-server = utf8mb3_general_ci
innodb_buffer_pool_size = 256M
innodb_log_file_size = 32M
innodb_flush_log_at_trx_commit = 0
innodb_flush_method = nosync
innodb_doublewrite = 0
innodb_file_per_table = 0
performance_schema = 0
X
}

write_rabbitmq() {
    cat >"$LAB_DIR/etc/rabbitmq.conf" <<X
listeners.tcp.local = 127.0.0.1:$P_AMQP
default_user = lab
default_pass = $LAB_PASSWORD
default_user_tags.administrator = true
disk_free_limit.absolute = 50MB
vm_memory_high_watermark.absolute = 1GB
log.console = true
log.console.level = warning
log.file = false
X
    : >"$LAB_DIR/etc/rabbitmq-env.conf"
    printf '[{kernel, [{inet_dist_use_interface, {127,0,0,1}}]}].\n' >"$LAB_DIR/etc/rabbit-advanced.config"
    echo '[].' >"$LAB_DIR/etc/enabled_plugins"
    cat >"$LAB_DIR/etc/rabbit.env" <<X
export HOME="$LAB_DIR/rabbit"
export ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT=$P_EPMD
export RABBITMQ_CONF_ENV_FILE="$LAB_DIR/etc/rabbitmq-env.conf"
export RABBITMQ_CONFIG_FILE="$LAB_DIR/etc/rabbitmq.conf"
export RABBITMQ_ADVANCED_CONFIG_FILE="$LAB_DIR/etc/rabbit-advanced.config"
export RABBITMQ_ENABLED_PLUGINS_FILE="$LAB_DIR/etc/enabled_plugins"
export RABBITMQ_MNESIA_BASE="$LAB_DIR/rabbit/mnesia" RABBITMQ_LOG_BASE="$LAB_DIR/rabbit/log"
export RABBITMQ_NODENAME=lab$P_AMQP@localhost RABBITMQ_DIST_PORT=$P_DIST
export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="+sbwt none +sbwtdcpu none +sbwtdio none"
X
}
