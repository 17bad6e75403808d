#!/usr/bin/env bash
# build.sh release   what people run: optimised server and browser half, in target/release and target/site
# build.sh browser   the browser half alone, the same as above, for tests and for a server built another way
# shellcheck source=scripts/step.sh
source "$(dirname "${BASH_SOURCE[0]}")/step.sh"

# Only a build that ran to its end leaves its stamp; cargo-leptos begins by emptying target/site, for both kinds.
started=$root/target/build-started
touch "$started"
rm -f target/app-built target/browser-built

scripts/install.sh wasm-target wasm-bindgen cargo-leptos wasm-opt

# Queries are checked against .sqlx, whatever database the person's shell points at.
export SQLX_OFFLINE=true
case ${1:-} in
release) step "Building the app (minutes the first time)" cargo leptos build --release ;;
browser) step "Building the browser half" cargo leptos build --release --frontend-only ;;
*) fail "build.sh release|browser" ;;
esac

step "Building the plan's module" scripts/plan-module.sh release

step "Compressing the pages' files" node scripts/precompress.mjs target/site

# Dated from the start: a file saved while the build ran counts as changed.
cp -p "$started" target/browser-built
[ "$1" = browser ] || mv "$started" target/app-built
