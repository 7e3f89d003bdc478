# MariaDB with the schemas of all services; sourced by up.sh.
# shellcheck shell=bash

sql() { mariadb --no-defaults -h 127.0.0.1 -P "$P_DB" -u root --batch --skip-column-names; }

database_start() {
    start mariadb /usr/sbin/mariadbd --defaults-file="$LAB_DIR/etc/mariadb.cnf"
    wait_until mariadb $WAIT listens "$P_DB"
}

# Migrating empty schemas takes more than a minute, so the result is kept, under a name that tells what it depends on.
database_up() {
    local stamp kept
    stamp=$({
        dpkg-query -W python3-keystone python3-glance python3-placement python3-nova python3-neutron mariadb-server-core
        grep -vE '^(datadir|port|user) ' "$LAB_DIR/etc/mariadb.cnf"
        cat "$LAB_HOME/database.sh"
    } | sha256sum | cut -c1-16)
    kept=$LAB_CACHE/db-$stamp.tar.gz
    if [ -s "$kept" ]; then
        tar -xzf "$kept" -C "$LAB_DIR/mysql"
        database_start
    else
        step "schemas; kept for the next start in $kept"
        make_schemas
        # The files can only be copied after a clean and complete end.
        echo "SET GLOBAL innodb_fast_shutdown = 0" | sql
        stop mariadb 120
        tar -czf "$kept.$$" -C "$LAB_DIR/mysql" .
        mv "$kept.$$" "$kept"
        database_start
    fi
    enter_cells
}

make_schemas() {
    local log=$LAB_DIR/log/mariadb-install.log
    mariadb-install-db --no-defaults --datadir="$LAB_DIR/mysql" --user="$(id -un)" \
        --auth-root-authentication-method=normal --skip-test-db >"$log" 2>&1 || failed mariadb-install "did not work"
    database_start
    {
        for name in keystone glance placement nova_api nova_cell0 nova_cell1 neutron; do
            echo "CREATE DATABASE $name;"
        done
        echo "CREATE USER 'lab'@'%' IDENTIFIED BY '$LAB_PASSWORD';"
        echo "GRANT ALL ON *.* TO 'lab'@'%';"
    } | sql
    local etc=$LAB_DIR/etc
    # In groups that keep two cores busy.
    migrate neutron neutron-db-manage --config-file "$etc/neutron.conf" upgrade heads
    migrate keystone keystone-manage --config-file "$etc/keystone/keystone.conf" db_sync
    migrated
    migrate nova_api nova-manage --config-file "$etc/nova.conf" api_db sync
    migrate glance glance-manage --config-file "$etc/glance-api.conf" db_sync
    migrated
    migrate placement placement-manage --config-file "$etc/placement/placement.conf" db sync
    migrate nova_cell0 nova-manage --config-file "$etc/nova-cell0.conf" db sync --local_cell
    migrate nova_cell1 nova-manage --config-file "$etc/nova.conf" db sync --local_cell
    migrated
}

migrations=()
migrate() { # migrate NAME COMMAND...
    local name=$1
    shift
    "$@" >"$LAB_DIR/log/schema-$name.log" 2>&1 &
    migrations+=("$name:$!")
}

migrated() {
    local migration
    for migration in "${migrations[@]}"; do
        wait "${migration#*:}" || failed "schema-${migration%%:*}" "did not work"
    done
    migrations=()
}

# What nova-manage cell_v2 would write, without its three slow starts.
enter_cells() {
    local cell=9d0fd1f0-0000-4000-8000-000000000001
    {
        cat <<X
USE nova_api;
INSERT INTO cell_mappings (created_at, uuid, name, transport_url, database_connection, disabled) VALUES
 (NOW(), '00000000-0000-0000-0000-000000000000', 'cell0', 'none:///', '$(database_url nova_cell0)', 0),
 (NOW(), '$cell', 'cell1', '$message_bus', '$(database_url nova_cell1)', 0);
X
        for ((i = 1; i <= LAB_HOSTS; i++)); do
            echo "INSERT INTO host_mappings (created_at, cell_id, host)
                  SELECT NOW(), id, '$(host_name "$i")' FROM cell_mappings WHERE uuid = '$cell';"
        done
    } | sql
}
