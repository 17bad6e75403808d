#!/usr/bin/env bash
# sqlx-prepare.sh          writes .sqlx: what PostgreSQL says of every query in store/, so that builds need no database
# sqlx-prepare.sh --check  writes nothing, and fails when .sqlx is not what it would write
#
# Run it after changing a query or adding a migration. It starts a PostgreSQL of its own in a temporary folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bin=$(pg_config --bindir 2>/dev/null || true)
[ -x "$bin/initdb" ] || bin=$(find /usr/lib/postgresql/*/bin -maxdepth 0 2>/dev/null | sort -V | tail -1)
[ -x "$bin/initdb" ] || { echo "no initdb: install PostgreSQL 15 or newer (Debian: postgresql)" >&2; exit 1; }

# PostgreSQL refuses to run as root.
as_postgres=()
[ "$(id -u)" != 0 ] || as_postgres=(runuser -u postgres --)
home=$(mktemp -d)
answers=$(mktemp -d)
stop() {
    "${as_postgres[@]}" "$bin/pg_ctl" -D "$home/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$home" "$answers"
}
trap stop EXIT
[ "$(id -u)" != 0 ] || chown postgres "$home"

(
    cd "$home"
    "${as_postgres[@]}" "$bin/initdb" -D data -U postgres -A trust -E UTF8 --locale=C.UTF-8 -N >log
    "${as_postgres[@]}" "$bin/pg_ctl" -D data -l server.log -w -o "-c listen_addresses='' -c fsync=off -k $home" start >/dev/null
)
for migration in store/migrations/*.sql; do
    "$bin/psql" -h "$home" -U postgres -q -v ON_ERROR_STOP=1 -1 -f "$migration"
done

# The macros write an answer for each query they check. Cargo has to believe that the crate changed.
touch store/src/lib.rs
SQLX_OFFLINE=false SQLX_OFFLINE_DIR="$answers" DATABASE_URL="postgres://postgres@localhost/postgres?host=$home" \
    cargo check --quiet --package shiftdesk-store --tests

if [ "${1:-}" = --check ]; then
    diff -r .sqlx "$answers" || { echo "run scripts/sqlx-prepare.sh and commit .sqlx" >&2; exit 1; }
else
    rm -rf .sqlx
    mkdir .sqlx
    cp "$answers"/*.json .sqlx/
fi
