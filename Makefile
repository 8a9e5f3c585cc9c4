# Each target is one or two commands. `make run` is the one-command start.

CARGO ?= cargo
FRONTEND := frontend/dist/index.html
NPM_READY := frontend/node_modules/.package-lock.json

.PHONY: run demo build check test test-rust test-frontend e2e fix schema soak clean

## run: the server on an empty database; prints a one-time set-up link
run: build
	target/release/yarrow serve

## demo: the server on a filled synthetic clinic, with sign-ins to try
demo: build
	DATABASE_URL=$${DATABASE_URL:-data/demo.db} target/release/yarrow demo

## build: the web app, then the one binary with the web app inside
build: $(FRONTEND)
	$(CARGO) build --release --locked

$(NPM_READY): frontend/package.json frontend/package-lock.json
	cd frontend && npm ci --ignore-scripts --no-audit --no-fund
	touch $@

$(FRONTEND): $(NPM_READY) $(shell find frontend/src frontend/public frontend/scripts -type f 2>/dev/null) frontend/index.html frontend/vite.config.ts
	cd frontend && npm run build

## check: formats and lints
check: $(NPM_READY) $(FRONTEND)
	$(CARGO) fmt --all -- --check
	$(CARGO) clippy --all-targets --locked -- -D warnings
	cd frontend && npm run check

## test: everything; installs what it needs
test:
	scripts/test

## test-rust: the Rust tests on SQLite
test-rust:
	$(CARGO) test --locked

## test-frontend: the web app's unit tests
test-frontend: $(NPM_READY)
	cd frontend && npm test

## e2e: the journeys in a real Chromium against the real binary
e2e: build
	cd frontend && npm run e2e

## fix: formats and mends what lints can mend
fix: $(NPM_READY)
	$(CARGO) fmt --all
	$(CARGO) clippy --fix --allow-dirty --allow-staged --all-targets
	cd frontend && npm run format

## schema: the API document from the handlers, and the web app's types from it
schema: $(NPM_READY)
	UPDATE=1 $(CARGO) test --test api --locked -- api_document
	cd frontend && npm run schema

## soak: kills the program 200 times while answers come in, then does a thousand runs of what can go wrong around a phone
soak: $(FRONTEND)
	YARROW_KILLS=200 $(CARGO) test --locked --test api -- --nocapture power_cut
	$(CARGO) build --locked
	cd frontend && FAULT_RUNS=$${FAULT_RUNS:-1000} YARROW_BIN=../target/debug/yarrow npm run e2e -- --workers=3 faults.spec.ts

clean:
	$(CARGO) clean
	rm -rf frontend/dist frontend/node_modules
