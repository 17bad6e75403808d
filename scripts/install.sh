#!/usr/bin/env bash
# install.sh THING…  makes sure that each THING is here and of the right version, and installs it when it is not.
# Things: rust wasm-target wasm-bindgen cargo-leptos wasm-opt postgresql browser pdftotext wrk
# What is here already is left alone: asking costs milliseconds and no network.
# shellcheck source=scripts/step.sh
source "$(dirname "${BASH_SOURCE[0]}")/step.sh"

cargo_leptos_version=0.3.10
node_major_min=18

# Debian packages, in one go; sudo only where it is needed.
apt_install() {
    local as_root=()
    command -v apt-get >/dev/null || fail "this system has no apt-get: install these yourself, then try again: $*"
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || fail "not root and no sudo: ask somebody who is to run: apt-get install $*"
        sudo -v || fail "sudo was refused; needed for: apt-get install $*"
        as_root=(sudo)
    fi
    step "Installing $*" apt_update_and_install "$@"
}

apt_update_and_install() {
    "${as_root[@]}" apt-get update
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "$@"
}

# cargo_install NAME VERSION ARGUMENT…  into our own tools folder, so that nobody's other version is replaced.
# Run outside the clone: cargo would read our .cargo/config.toml and build the tool with our flags.
cargo_install() {
    local name=$1 version=$2
    shift 2
    step "Installing $name $version (a few minutes, once)" locked_or_not "$name@$version" "$@"
}

# A published lock file can hold a version that was withdrawn since; then cargo refuses --locked and picks its own.
locked_or_not() {
    cd /
    unset CARGO_TARGET_DIR
    cargo install --root "$tools" --debug --locked "$@" || cargo install --root "$tools" --debug "$@"
}

rust() {
    command -v cargo >/dev/null || fail "no cargo here: install Rust with rustup (https://rustup.rs), then try again"
    command -v cc >/dev/null || apt_install build-essential
    command -v perl >/dev/null || apt_install perl
}

wasm_target() {
    rust
    [ -d "$(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown" ] && return
    command -v rustup >/dev/null || fail "the wasm32-unknown-unknown target is missing and there is no rustup to add it"
    step "Adding the WebAssembly target" rustup target add wasm32-unknown-unknown
}

# The tool and the library speak a private format: the versions must be equal to the last digit.
wasm_bindgen() {
    rust
    local wanted
    wanted=$(grep -A1 '^name = "wasm-bindgen"$' Cargo.lock | sed -n 's/^version = "\(.*\)"$/\1/p')
    [ -n "$wanted" ] || fail "Cargo.lock names no wasm-bindgen"
    [ "$(wasm-bindgen --version 2>/dev/null || true)" = "wasm-bindgen $wanted" ] && return
    cargo_install wasm-bindgen-cli "$wanted"
}

cargo_leptos() {
    rust
    case "$(cargo leptos --version 2>/dev/null || true)" in *" $cargo_leptos_version") return ;; esac
    cargo_install cargo-leptos "$cargo_leptos_version" --no-default-features --features no_downloads
}

have_node() {
    if ! command -v node >/dev/null || ! command -v npm >/dev/null; then apt_install nodejs npm; fi
    local major
    major=$(node --version | sed 's/^v\([0-9]*\).*/\1/')
    [ "$major" -ge "$node_major_min" ] || fail "node is version $major; $node_major_min or newer is needed"
}

# npm_ci FOLDER TITLE  installs what FOLDER/package-lock.json says, unless that was done since the lock was last changed.
npm_ci() {
    local folder=$1 title=$2
    [ "$folder/node_modules/.package-lock.json" -nt "$folder/package-lock.json" ] && return
    have_node
    step "$title" npm ci --prefix "$folder" --no-audit --no-fund
    touch "$folder/node_modules/.package-lock.json"
}

# Binaryen from npm: Debian's and the one on crates.io do not know the instructions that today's rustc emits.
wasm_opt() {
    npm_ci scripts "Installing wasm-opt (binaryen)"
}

postgresql() {
    local bin
    for bin in "$(pg_config --bindir 2>/dev/null || true)" /usr/lib/postgresql/*/bin; do
        [ -x "$bin/initdb" ] && [ "$("$bin/postgres" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')" -ge 15 ] && return
    done
    command -v initdb >/dev/null && return
    apt_install postgresql
}

browser() {
    npm_ci end2end "Installing the browser tests' tools (playwright-core, axe-core, smtp-server)"
    [ -n "${CHROMIUM:-}" ] || [ -x /usr/bin/chromium ] || apt_install chromium
}

pdftotext() {
    type -P pdftotext >/dev/null || apt_install poppler-utils
}

wrk() {
    type -P wrk >/dev/null || apt_install wrk
}

for thing in "$@"; do
    case $thing in
    rust | wasm-target | wasm-bindgen | cargo-leptos | wasm-opt | postgresql | browser | pdftotext | wrk) "${thing//-/_}" ;;
    *) fail "install.sh does not know '$thing'" ;;
    esac
done
