#!/usr/bin/env bash
# test.sh        every test: formatting, clippy for both builds, Rust tests, browser tests
# test.sh lint   the first two only
#
# The last line is the count over everything. Only tests are counted as passed; a check that fails (formatting, clippy, a
# build) counts as one failure, and so does a suite that could not run or ran nothing.
# shellcheck source=scripts/step.sh
source "$(dirname "${BASH_SOURCE[0]}")/step.sh"

passed=0
failed=0
skipped=0
# In CI a lock file that does not fit the manifests is an error, at home cargo mends it.
locked=()
[ -z "${CI:-}" ] || locked=(--locked)
# Queries are checked against .sqlx, whatever database the person's shell points at; tests start their own.
export SQLX_OFFLINE=true
unset DATABASE_URL

check() { step "$@" || failed=$((failed + 1)); }

finish() {
    [ "$((passed + failed))" -gt 0 ] || failed=1
    local count="$passed passed, $failed failed"
    [ "$skipped" -eq 0 ] || count="$count, $skipped skipped"
    say "$count"
    [ "$failed" -eq 0 ]
    exit
}

lint() {
    check "Formatting" cargo fmt --all --check -- --color never
    check "Clippy, server" cargo clippy "${locked[@]}" --workspace --exclude shiftdesk-frontend --exclude shiftdesk-plan --all-targets -- -D warnings
    check "Clippy, browser" cargo clippy "${locked[@]}" -p shiftdesk-frontend -p shiftdesk-plan --target wasm32-unknown-unknown -- -D warnings
}

# total LOG SED_PROGRAM  adds up the numbers that the program leaves of the log
total() { sed -n "$2" "$1" | awk '{ sum += $1 } END { print sum + 0 }'; }

# count SUITE EXIT_CODE PASSED FAILED SKIPPED
count() {
    local suite=$1 code=$2 n_passed=$3 n_failed=$4 n_skipped=$5
    if [ "$code" -ne 0 ] && [ "$n_failed" -eq 0 ]; then
        say "$suite: stopped before it could count its failure"
        n_failed=1
    elif [ "$((n_passed + n_failed))" -eq 0 ]; then
        say "$suite: ran no test, which counts as a failure"
        n_failed=1
    else
        say "$suite: $n_passed held, $n_failed did not, $n_skipped skipped"
    fi
    passed=$((passed + n_passed))
    failed=$((failed + n_failed))
    skipped=$((skipped + n_skipped))
}

# A test that finds its data missing says `skipped: WHY` on a line of its own, but Rust's harness calls it ok: take it out
# of the passed ones.
rust_tests() {
    local code=0 log=$logs/Rust-tests.log n_ok n_skipped n_ignored
    step "Rust tests" cargo test "${locked[@]}" --workspace --exclude shiftdesk-frontend --exclude shiftdesk-plan --no-fail-fast -- --show-output || code=$?
    n_skipped=$(grep -ci '^skipped: ' "$log" || true)
    n_ignored=$(total "$log" 's/^test result: .* \([0-9]*\) ignored;.*/\1/p')
    n_ok=$(total "$log" 's/^test result: [^.]*\. \([0-9]*\) passed;.*/\1/p')
    grep -i '^skipped: ' "$log" | sort -u || true
    if [ "$code" -ne 0 ]; then
        # What the tests that failed said, of each binary; the log itself is gone with the machine it ran on.
        awk '/^failures:$/ { on = 1 } /^test result: / { on = 0 } on' "$log" | grep -vE '^ +([0-9]+: |at )' | cut -c 1-400 | head -150 || true
        grep -E '^(test .*FAILED|error(\[|:))' "$log" | head -60 || true
    fi
    count "Rust tests" "$code" "$((n_ok - n_skipped))" "$(total "$log" 's/^test result: .* \([0-9]*\) failed;.*/\1/p')" \
        "$((n_skipped + n_ignored))"
}

# The server of these tests is the one the Rust tests were built with; the browser half is the one people get.
browser_tests() {
    local code=0 log=$logs/Browser-tests.log
    if ! make --no-print-directory target/browser-built; then
        failed=$((failed + 1))
        return
    fi
    export SHIFTDESK_BIN=$target/debug/shiftdesk LEPTOS_SITE_ROOT=$root/target/site
    step "Browser tests" node --test --test-reporter=tap end2end/*.test.mjs || code=$?
    if [ "$code" -ne 0 ]; then
        awk '/^ *not ok/ { left = 30 } /^ *ok / { left = 0 } left-- > 0' "$log" | cut -c 1-400 | head -200 || true
        grep -E '^ *not ok' "$log" | head -60 || true
    fi
    count "Browser tests" "$code" "$(total "$log" 's/^# pass //p')" \
        "$(($(total "$log" 's/^# fail //p') + $(total "$log" 's/^# cancelled //p')))" \
        "$(($(total "$log" 's/^# skipped //p') + $(total "$log" 's/^# todo //p')))"
}

if ! scripts/install.sh wasm-target wasm-bindgen cargo-leptos wasm-opt postgresql browser pdftotext; then
    failed=1
    finish
fi
lint
if [ "${1:-}" = lint ]; then
    [ "$failed" -eq 0 ]
    exit
fi
rust_tests
browser_tests
finish
