#!/usr/bin/env bash
# screenshot.sh  takes docs/triage.png anew: the page as somebody sees it who has just typed `make run`.
# shellcheck source=scripts/step.sh
source "$(dirname "${BASH_SOURCE[0]}")/step.sh"

scripts/install.sh postgresql browser
unset DATABASE_URL
SHIFTDESK_BIN=$target/release/shiftdesk LEPTOS_SITE_ROOT=$root/target/site exec node scripts/screenshot.mjs "$@"
