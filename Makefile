# Everything runs as root on a fresh Debian with only Go on it: targets install
# what they need. `make help` lists them.
SHELL       := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

export GOFLAGS := -mod=readonly
# git refuses a work tree of another owner; then the build goes without a revision.
VCS := $(shell git rev-parse --verify -q HEAD >/dev/null 2>&1 && echo true || echo false)

GOLANGCI   := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
NATS       := github.com/nats-io/nats-server/v2@v2.15.2
BIN        := bin/eventveil
SOURCES    := $(shell find . -name '*.go' -not -path './node_modules/*' -not -path './e2e/node_modules/*') go.mod go.sum
FUZZTIME   ?= 20000x
BENCHTIME  ?= 1s
EVENTVEIL_SHARED ?= ../shared
SUDO       := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.PHONY: help build run test test-go test-e2e lint fmt fuzz bench bench-hop bench-fanout bench-catalog eval docs deps-go deps-postgres deps-nats deps-e2e deps-bench deps-eval clean

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

build: $(BIN) ## build bin/eventveil, one static binary
$(BIN): $(SOURCES) $(shell find . -path ./e2e -prune -o -type f \( -name '*.tmpl' -o -name '*.html' -o -name '*.css' -o -name '*.js' -o -name '*.svg' -o -name '*.sql' \) -print)
	CGO_ENABLED=0 go build -trimpath -buildvcs=$(VCS) -ldflags '-s -w' -o $@ ./cmd/eventveil

run: build ## start a sink and the proxy with config.example.yaml; Ctrl-C stops both
	@deploy/run.sh

test: test-go test-e2e ## vet, unit tests with the race detector, end-to-end tests

# What is allocated is pinned without the race detector, which makes pools forget.
test-go: deps-go ## vet and unit tests only
	go vet ./...
	go test -race ./...
	go test -run Alloc ./engine/... ./proxy

test-e2e: build deps-e2e deps-nats ## end-to-end tests only: real SDKs, a real browser, a real proxy
	cd e2e && EVENTVEIL_BIN=$(CURDIR)/$(BIN) npm test

# Debian's packages, asked for by what they install, so that nothing is fetched twice.
define apt
	@missing=""; for want in $(1); do [ -e "$${want%%=*}" ] || missing="$$missing $${want##*=}"; done; \
	if [ -n "$$missing" ]; then echo "installing:$$missing"; \
	  $(SUDO) apt-get update -qq && DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends $$missing >/dev/null; fi
endef

# The race detector needs a C compiler; the tests of the README need curl, those of the
# store PostgreSQL.
deps-go: deps-postgres deps-nats
	$(call apt,/usr/bin/gcc=gcc /usr/include/stdlib.h=libc6-dev /usr/bin/curl=curl)

# Any version will do, from Debian or elsewhere.
deps-postgres:
	@command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || { $(SUDO) apt-get update -qq && DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends postgresql >/dev/null; }

# The fleet's queue, as a server of its own.
deps-nats:
	@[ -x bin/nats-server ] || GOFLAGS= GOBIN=$(CURDIR)/bin go install $(NATS)

deps-e2e: deps-postgres
	$(call apt,/usr/bin/chromium=chromium /usr/sbin/nginx=nginx)
	@command -v node >/dev/null && command -v npm >/dev/null || { $(SUDO) apt-get update -qq && DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null; }
	@node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' || { echo "the SDKs under test need Node 20 or later and this is $$(node --version): install it from your distribution's backports or nodejs.org, before /usr/bin in PATH"; exit 1; }
	@if [ ! -e e2e/node_modules/.package-lock.json ] || [ e2e/package-lock.json -nt e2e/node_modules/.package-lock.json ]; then cd e2e && npm ci --no-audit --no-fund; fi

deps-eval:
	$(call apt,/usr/bin/python3=python3)

deps-bench:
	$(call apt,/usr/sbin/nginx=nginx /usr/bin/wrk=wrk /usr/bin/curl=curl)

lint: ## gofmt and golangci-lint, pinned
	@files=$$(gofmt -l $$(git ls-files '*.go' 2>/dev/null || find . -name '*.go' -not -path '*/node_modules/*')); \
	if [ -n "$$files" ]; then echo "not gofmt'ed:"; echo "$$files"; exit 1; fi
	GOFLAGS= go run $(GOLANGCI) run ./...

fmt: ## gofmt every file
	gofmt -w $$(git ls-files '*.go')

fuzz: ## run every fuzz target for FUZZTIME (20000x: inputs, or a duration)
	@for pkg in $$(go list ./...); do \
	  for target in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
	    echo "fuzz $$pkg $$target"; go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1s $$pkg; \
	  done; \
	done

bench: ## benchmarks of the engine (ns per kB of event JSON, allocations), of recording, store, pages, queue and delivery
	go test -run '^$$' -bench . -benchmem -benchtime $(BENCHTIME) ./engine/... ./portal/... ./proxy/...

bench-hop: build deps-bench ## what the hop costs, beside nginx
	bench/hop

bench-fanout: build deps-bench ## what queued destinations cost, beside the inline one; memory with a million events waiting
	bench/fanout

bench-catalog: ## what the whole catalog costs, beside the engine of the first release
	bench/catalog

eval: build deps-eval ## score detection on labeled cases, write the figures into docs/detection.md
	go run ./bench/detection -bin $(BIN) -shared '$(EVENTVEIL_SHARED)' -doc docs/detection.md

docs: ## write the generated pages again
	go test ./cmd/eventveil -run 'TestCommandsPage' -update

clean: ## remove what was built
	rm -rf bin .run
