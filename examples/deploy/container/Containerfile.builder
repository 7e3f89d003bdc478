# Builder with diskimage-builder, on top of the image of the launcher: podman build -f ...Containerfile.builder -t nodepool-builder .
# Image builds mount and use loop devices, so this runs as root in a privileged container, and on hosts of its own.
FROM nodepool
USER 0:0
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        python3-diskimage-builder qemu-utils debootstrap sudo kpartx dosfstools gdisk xz-utils \
    && rm -rf /var/lib/apt/lists/*
CMD ["/opt/nodepool/bin/nodepool-builder", "-f", "-c", "/etc/nodepool/nodepool.yaml"]
