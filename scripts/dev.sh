#!/usr/bin/env bash
# dev.sh  builds unoptimised, starts the app with two weeks of demo, and rebuilds and restarts on every change.
# shellcheck source=scripts/step.sh
source "$(dirname "${BASH_SOURCE[0]}")/step.sh"

scripts/install.sh wasm-target wasm-bindgen cargo-leptos
[ -n "${DATABASE_URL:-}" ] || scripts/install.sh postgresql
export SQLX_OFFLINE=true
# The plan's module comes once, when cargo-leptos has emptied and filled the folder: after a change in it start this anew.
mkdir -p target
touch target/dev-started
(
    until [ target/site/pkg/shiftdesk.js -nt target/dev-started ]; do sleep 2; done
    scripts/plan-module.sh dev >"$logs/plan-module.log" 2>&1 || echo "the plan's module could not be built: $logs/plan-module.log" >&2
) &
exec cargo leptos watch -- serve --demo-weeks 2
