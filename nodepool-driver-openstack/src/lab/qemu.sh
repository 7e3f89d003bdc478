# libvirt and a bridge for LAB_VIRT=qemu; sourced by up.sh and down.sh.
# shellcheck shell=bash

# The bridge has the gateway's address, so guests are reached from this machine; they have no way further.
make_bridge() {
    [ "$(id -u)" -eq 0 ] || die "LAB_VIRT=qemu needs root"
    [ -x /usr/sbin/libvirtd ] || die "libvirtd is missing: run LAB_VIRT=qemu $LAB_HOME/install.sh first"
    ! ip link show "$LAB_BRIDGE" >/dev/null 2>&1 || die "there is a network device $LAB_BRIDGE already"
    unshare --mount true && ip link add "$LAB_BRIDGE" type bridge forward_delay 0 ||
        die "LAB_VIRT=qemu needs the rights to mount and to make network devices: start the container as a privileged one"
    : >"$LAB_DIR/run/bridge"
    ip addr add "$("$python" -c 'import ipaddress,sys; print(ipaddress.ip_network(sys.argv[1])[1])' "$LAB_NET_CIDR")/${LAB_NET_CIDR#*/}" \
        dev "$LAB_BRIDGE"
    ip link set "$LAB_BRIDGE" up
}

# libvirt insists on its own directories. In a mount namespace they are folders of the lab, and the machine's stay as they are.
start_libvirt() {
    local here=$LAB_DIR/libvirt
    mkdir -p "$here"/{etc/qemu/networks,lib/qemu,run,cache,log}
    mkdir -p -m 700 "$(libvirt_sockets)"
    cat >"$here/etc/libvirtd.conf" <<X
unix_sock_dir = "$(libvirt_sockets)"
unix_sock_group = "root"
auth_unix_ro = "none"
auth_unix_rw = "none"
log_outputs = "2:stderr"
X
    cat >"$here/etc/qemu.conf" <<X
user = "root"
group = "root"
dynamic_ownership = 0
remember_owner = 0
security_driver = "none"
stdio_handler = "file"
cgroup_controllers = []
namespaces = []
X
    cat >"$here/start.sh" <<X
set -e
for pair in etc:/etc/libvirt lib:/var/lib/libvirt run:/run/libvirt cache:/var/cache/libvirt log:/var/log/libvirt; do
    mkdir -p "\${pair#*:}"
    mount --bind '$here'/"\${pair%%:*}" "\${pair#*:}"
done
export XDG_RUNTIME_DIR='$here/run'
exec /usr/sbin/libvirtd -f '$here/etc/libvirtd.conf' -p '$LAB_DIR/run/libvirtd.own-pid'
X
    start libvirtd unshare --mount --propagation private sh "$here/start.sh"
    wait_until libvirtd $WAIT libvirt_answers
}

libvirt_answers() { virsh -c "$(libvirt_uri)" uri >>"$LAB_DIR/log/libvirtd.log" 2>&1; }

# libvirt knows which machines are the lab's.
end_guests() {
    local guest
    alive libvirtd || return 0
    for guest in $(virsh -c "$(libvirt_uri)" list --name); do
        virsh -c "$(libvirt_uri)" destroy "$guest" >/dev/null || say "guest $guest did not end"
    done
}

remove_bridge() {
    [ ! -e "$LAB_DIR/run/bridge" ] || ip link del "$LAB_BRIDGE" || say "the bridge $LAB_BRIDGE is still there"
    rm -rf "$(libvirt_sockets)"
}
