#!/usr/bin/env bash
# bench.sh  measures what docs/BENCH.md promises, with the optimised build, and prints a table for docs/BENCH.md.
# shellcheck source=scripts/step.sh
source "$(dirname "${BASH_SOURCE[0]}")/step.sh"

scripts/install.sh postgresql wasm-opt browser wrk
export SQLX_OFFLINE=true
unset DATABASE_URL
step "Building the benchmark" cargo bench -p shiftdesk --bench figures --no-run
step "Measuring the list in memory" cargo bench -p shiftdesk-domain --bench columns
cat "$logs/Measuring-the-list-in-memory.log"
SHIFTDESK_BIN=$target/release/shiftdesk LEPTOS_SITE_ROOT=$root/target/site exec node scripts/bench.mjs
