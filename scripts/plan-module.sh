#!/usr/bin/env bash
# plan-module.sh release|dev  builds the browser's half of the plan page into target/site/pkg, beside what cargo-leptos put there
#
# A module of its own: whoever clears a night does not load the sky, and whoever plans does not load triage. cargo-leptos builds one
# module per program, so this one is built as cargo-leptos builds its own: same profile, same folder, same tools.
# shellcheck source=scripts/step.sh
source "$(dirname "${BASH_SOURCE[0]}")/step.sh"

case ${1:-} in
release) profile=wasm-release folder=wasm-release ;;
dev) profile=dev folder=debug ;;
*) fail "plan-module.sh release|dev" ;;
esac

cargo build --package shiftdesk-plan --lib --target wasm32-unknown-unknown --profile "$profile" --target-dir "$target/front"
package=$root/target/site/pkg
mkdir -p "$package"
wasm-bindgen --target web --no-typescript --out-dir "$package" --out-name plan "$target/front/wasm32-unknown-unknown/$folder/plan.wasm"
if [ "$1" = release ]; then
    wasm-opt -Oz --enable-bulk-memory --enable-nontrapping-float-to-int "$package/plan_bg.wasm" -o "$package/plan_bg.wasm"
fi
