#!/usr/bin/env bash
# dev.sh  builds unoptimised, starts the app with two weeks of demo, and rebuilds and restarts on every change.
# shellcheck source=scripts/step.sh
source "$(dirname "${BASH_SOURCE[0]}")/step.sh"

scripts/install.sh wasm-target wasm-bindgen cargo-leptos
[ -n "${DATABASE_URL:-}" ] || scripts/install.sh postgresql
export SQLX_OFFLINE=true
exec cargo leptos watch -- serve --demo-weeks 2
