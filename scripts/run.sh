#!/usr/bin/env bash
# run.sh  starts what build.sh built, with the demo in it when the database is still empty. The server prints the address
# and stops, with its own PostgreSQL, on Ctrl-C. ARGS reach the server: make run ARGS="--addr 0.0.0.0:8080"
# shellcheck source=scripts/step.sh
source "$(dirname "${BASH_SOURCE[0]}")/step.sh"

# The stamp that says "built" may be older than a `cargo clean` or a change of CARGO_TARGET_DIR.
[ -x "$target/release/shiftdesk" ] || scripts/build.sh release

[ -n "${DATABASE_URL:-}" ] || scripts/install.sh postgresql
# ARGS is a list of words, to be split.
# shellcheck disable=SC2086
exec "$target/release/shiftdesk" serve --demo-weeks 13 ${ARGS:-}
