# Two commands for a fresh clone; the build itself is meson's (see meson.build).
#
#   make run     install what building needs, build, run the built-in guest
#   make check   install what the tests need, build, run all tests
#   make bench   measure rvemu against QEMU and Spike (docs/benchmark.md); BENCH="--runs 3 --only mix" has options
#   make fuzz-diff SEEDS=N [FIRST=M] [SPIKE=PROGRAM] [QEMU=PROGRAM]
#                compare N random programs between the engine's modes and these emulators (tests/diff)
#   make install build and install to PREFIX (default /usr/local)
#
# Nothing is installed where everything is there already. APT= (empty) never installs anything.
#
# SPDX-License-Identifier: MIT

BUILD ?= build
PREFIX ?= /usr/local
APT ?= scripts/install-packages

all: $(BUILD)/build.ninja
	ninja -C $(BUILD)

run: packages-build all
	./$(BUILD)/rvemu

check: packages-test all
	meson test -C $(BUILD) --print-errorlogs

bench: packages-test all
	@ninja -C $(BUILD) -t query bench-programs >/dev/null 2>&1 || meson setup --reconfigure $(BUILD)
	ninja -C $(BUILD) bench-programs
	tests/bench/run.py --rvemu $(BUILD)/rvemu --json $(BUILD)/bench.json --svg $(BUILD)/bench.svg $(BENCH)

FIRST ?= 1
SEEDS ?= 100
fuzz-diff: packages-test all
	SPIKE=$(SPIKE) QEMU=$(QEMU) tests/diff/diff.py --harness $(BUILD)/tests/diff/harness.elf \
	    --seeds $(FIRST):$(SEEDS) $(DIFF) $(BUILD)/rvemu

install: packages-build all
	meson install -C $(BUILD)

$(BUILD)/build.ninja:
	meson setup $(BUILD) --buildtype=release --prefix=$(PREFIX) $(MESON_ARGS)

packages-build packages-test:
	@$(if $(APT),$(APT) $(@:packages-%=%))

clean:
	rm -rf $(BUILD)

.PHONY: all run check bench fuzz-diff install clean packages-build packages-test
