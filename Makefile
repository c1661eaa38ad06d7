# The front door: a few commands, each of which works alone on a fresh Debian 12 machine. CMake does the building.
# Variables: JOBS=n (default: all processors), DATA=path, SCENARIO=name, PREFIX=path, SETUP=true (skips the package check),
# MINUTES=n, FUZZ_MINUTES=n (of torture).

JOBS ?= $(shell nproc)
PREFIX ?= /usr/local
SETUP ?= tools/setup
MINUTES ?= 15
FUZZ_MINUTES ?= 1

# What the caller gives goes to the recipes through the environment, so that no character in it has a meaning to a shell.
export ROOKERY_DEMO_DATA := $(value DATA)
export ROOKERY_SCENARIO := $(value SCENARIO)
export ROOKERY_PREFIX := $(value PREFIX)
export ROOKERY_MINUTES := $(value MINUTES)
export ROOKERY_FUZZ_MINUTES := $(value FUZZ_MINUTES)

# $(call build,PRESET[,TARGET ...]): configures and builds; with targets, only those.
build = cmake --preset $(1) && cmake --build --preset $(1) --parallel $(JOBS) $(if $(2),--target $(2))
# $(call check,PRESET): builds all and runs all tests; ctest's summary comes last.
check = $(call build,$(1)) && ctest --preset $(1) --parallel $(JOBS)

# $(call large,SCENARIO,MESSAGES,ROUNDS): a benchmark at a size that takes long, with a result file of its own.
large = build/release/bench/rookery-bench --scenario $(1) --messages $(2) --rounds $(3) --json build/bench-large-$(1).json

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test torture torture-large bench bench-large bench-python lint format setup install clean asan tsan

help: ## List these commands
	@sed -n 's/^\([a-z-]*\):[^#]*## /  make \1@/p' Makefile | while IFS=@ read -r command what; do \
		printf '%-19s %s\n' "$$command" "$$what"; done

demo: setup ## Fill a store with real messages and show it at work; DATA=path imports that instead
	$(call build,release,tools/all)
	@tools/demo $${ROOKERY_DEMO_DATA:+"$$ROOKERY_DEMO_DATA"}
	@tools/demo-python

test: setup ## Build everything and run all tests, those of the Python package last
	$(call check,dev)
	tools/python-test

torture: setup ## Do harm to stores and fuzz decoders, and print what was found; MINUTES=n a rig, FUZZ_MINUTES=n a target
	$(SETUP) lint
	$(call build,dev,rookery-torture)
	tools/torture --minutes "$$ROOKERY_MINUTES" --fuzz-minutes "$$ROOKERY_FUZZ_MINUTES" --jobs $(JOBS)

torture-large: setup ## What takes an hour: shards changed under traffic, killed 210 times, with 5 M messages
	$(call build,dev,reshard_crash_test)
	ROOKERY_RESHARD_KILLS=70 ROOKERY_RESHARD_MESSAGES=5000000 build/dev/tests/store/reshard_crash_test

bench: setup ## Compare with raw RocksDB, LMDB and SQLite; SCENARIO=name runs one. Writes build/bench-results.json
	$(call build,release,rookery-bench)
	build/release/bench/rookery-bench $${ROOKERY_SCENARIO:+--scenario "$$ROOKERY_SCENARIO"} --json build/bench-results.json

bench-large: setup ## Growth to 50 M messages, a bulk load and a year of 10 M. Writes build/bench-large-NAME.json
	$(call build,release,rookery-bench)
	$(call large,growth,5000000,3)
	$(call large,bulk_load,10000000,2)
	$(call large,retention_year,10000000,1)

bench-python: setup ## Compare the Python package with C++, rocksdict and LMDB. Writes build/bench-python.{json,md}
	$(call build,release,rookery-raw-scan)
	tools/python-env build/bench-venv bench
	build/bench-venv/bin/python bench/python/run.py --json build/bench-python.json --markdown build/bench-python.md

lint: ## Check format and run clang-tidy over everything
	$(SETUP) lint
	cmake --preset dev
	tools/lint

format: ## Format all C++ files in place
	$(SETUP) lint
	tools/lint --format

setup: ## Install the Debian packages that are missing
	@$(SETUP)

install: setup ## Install library, headers, CMake package and command under PREFIX (default /usr/local)
	$(call build,release,rookery tools/all)
	cmake --install build/release --prefix "$$ROOKERY_PREFIX"

asan: setup ## Run all tests under AddressSanitizer and UndefinedBehaviorSanitizer
	$(call check,asan)
	tools/python-test --asan

tsan: setup ## Run all tests under ThreadSanitizer
	$(call check,tsan)

clean: ## Remove the build trees
	rm -rf build
