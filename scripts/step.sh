# shellcheck shell=bash disable=SC2034  # sourced, and its variables are read by who sources it
# Sourced by the other scripts: where things are, and how a long command is shown.
#
# step TITLE COMMAND…  runs COMMAND with its output in a log file, one line on the screen, and on a terminal the time and
# the latest line of the log while it lasts. When it fails, the end of the log and its path are printed.

set -euo pipefail
shopt -s inherit_errexit

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

target=${CARGO_TARGET_DIR:-$root/target}
logs=$root/target/logs
tools=${XDG_CACHE_HOME:-$HOME/.cache}/shiftdesk/tools
mkdir -p "$logs"

# Our own tools stand first: they are there only when the person had none of the right version.
export PATH="$tools/bin:$root/scripts/node_modules/.bin:${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"

say() { printf '%s\n' "$*"; }

fail() {
    printf 'shiftdesk: %s\n' "$*" >&2
    exit 1
}

step() {
    local title=$1 log pid code=0 started=$SECONDS
    shift
    log="$logs/$(printf '%s' "$title" | tr -cs '[:alnum:].-' '-').log"
    if [ -t 1 ]; then
        # A process group of its own, so that Ctrl-C here ends all that the command started.
        set -m
        "$@" >"$log" 2>&1 </dev/null &
        pid=$!
        set +m
        trap 'kill -- "-$pid" 2>/dev/null; printf "\n"; exit 130' INT TERM
        while kill -0 "$pid" 2>/dev/null; do
            printf '\r\033[K%s … %s  %.60s' "$title" "$(elapsed "$started")" "$(tail -n 1 "$log" | tr -d '\r\033')"
            sleep 0.5
        done
        wait "$pid" || code=$?
        trap - INT TERM
        printf '\r\033[K'
    else
        say "$title …"
        ("$@") >"$log" 2>&1 </dev/null || code=$?
    fi
    if [ "$code" -ne 0 ]; then
        tail -n 40 "$log" >&2
        printf 'shiftdesk: %s failed (exit code %s); all of it is in %s\n' "$title" "$code" "$log" >&2
        return "$code"
    fi
    say "$title: done in $(elapsed "$started")"
}

elapsed() {
    local seconds=$((SECONDS - $1))
    printf '%d:%02d' $((seconds / 60)) $((seconds % 60))
}
