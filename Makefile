# Two commands for a fresh clone; the build itself is meson's (see meson.build).
#
#   make run     install what building needs, build, run the built-in guest
#   make check   install what the tests need, build, run all tests
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

install: packages-build all
	meson install -C $(BUILD)

$(BUILD)/build.ninja:
	meson setup $(BUILD) --buildtype=release --prefix=$(PREFIX) $(MESON_ARGS)

packages-build packages-test:
	@$(if $(APT),$(APT) $(@:packages-%=%))

clean:
	rm -rf $(BUILD)

.PHONY: all run check install clean packages-build packages-test
