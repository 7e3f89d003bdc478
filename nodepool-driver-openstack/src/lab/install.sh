#!/usr/bin/env bash
# Installs the Debian 12 packages of the lab. No daemon of theirs is started. Needs root; does nothing when all are there.
#
#   LAB_VIRT=fake|qemu   qemu: also libvirt, QEMU and what a guest's config drive is made with   (fake)
set -euo pipefail

packages=(
    # The *-common packages bring the programs and paste files; those of the daemons would add init scripts alone.
    python3-keystone glance-common placement-common nova-common neutron-common
    python3-placement python3-nova python3-neutron python3-glance
    mariadb-server-core mariadb-client-core rabbitmq-server memcached
    uwsgi-core uwsgi-plugin-python3 python3-pymysql
    curl openssl openssh-client iproute2 procps
)
case ${LAB_VIRT:-fake} in
    fake) ;;
    qemu)
        packages+=(
            qemu-system-x86 qemu-utils libvirt-daemon libvirt-daemon-driver-qemu libvirt-daemon-system
            libvirt-clients python3-libvirt nova-compute nova-compute-kvm
            dnsmasq-base bridge-utils ebtables ipset iptables genisoimage
        )
        ;;
    *)
        echo "LAB_VIRT must be fake or qemu" >&2
        exit 2
        ;;
esac

missing=()
for package in "${packages[@]}"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

# Maintainer scripts ask this file whether they may start a daemon; 101 is no.
policy=/usr/sbin/policy-rc.d
if [ -e "$policy" ]; then
    answer=0
    "$policy" nodepool-lab start >/dev/null 2>&1 || answer=$?
    if [ "$answer" -ne 101 ]; then
        echo "$policy lets packages start their daemons; it must answer 101 while the lab is installed" >&2
        exit 1
    fi
else
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
fi

export DEBIAN_FRONTEND=noninteractive
get=(apt-get -o DPkg::Lock::Timeout=1200 -o Dpkg::Use-Pty=0 -q -y --no-install-recommends)
# Lists may be missing, or so old that what they name is no longer there.
"${get[@]}" install "${missing[@]}" || { "${get[@]}" update && "${get[@]}" install "${missing[@]}"; }
