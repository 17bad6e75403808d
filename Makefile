# The two commands, `make run` and `make test`, and their parts. What is longer than a line lives in scripts/.

SHELL := /bin/bash

# Folders too, so that a removed file counts as a change.
sources := Cargo.toml Cargo.lock .cargo/config.toml docs/METRICS.md scripts/build.sh scripts/package-lock.json \
	$(shell find app charts domain frontend server store style public -not -path '*/tests*' 2>/dev/null)

.PHONY: help run test lint dev bench sqlx screenshot

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

run: target/app-built ## install what is missing, build, start with a demo of 13 weeks, print the address
	@scripts/run.sh

test: ## install what is missing and run every test, the browser's too
	@scripts/test.sh

lint: ## formatting and clippy, for the server's build and the browser's
	@scripts/test.sh lint

dev: ## build unoptimised, start, and rebuild on every change
	@scripts/dev.sh

bench: target/app-built ## measure what docs/BENCH.md promises
	@scripts/bench.sh

sqlx: ## check every query against a real database again and write .sqlx
	@scripts/sqlx-prepare.sh

screenshot: target/app-built ## take docs/triage.png anew
	@scripts/screenshot.sh

target/app-built: $(sources)
	@scripts/build.sh release

target/browser-built: $(sources)
	@scripts/build.sh browser
