#!/usr/bin/env python3
"""Uses the page that rvemu-suite -html writes, in Chromium, as a reader would.

    page.py RVEMU RVEMU-SUITE    reports in TAP; skips where there is no Chromium

SPDX-License-Identifier: MIT
"""
import os
import pathlib
import subprocess
import sys
import tempfile

import browser
from run import ENDLESS, expect, expect_in, images, program

# Is a test's post-mortem to be seen: does it have a place on the page?
VISIBLE = "document.querySelector('{} .post-mortem').checkVisibility()"
SHOWN = "[...document.querySelectorAll('.test')].filter(test => test.checkVisibility()).length"

# Least contrast between a text and what is behind it, by WCAG's formula, of all that is to be seen.
CONTRAST = """(() => {
    const numbers = color => color.match(/[\\d.]+/g).map(Number);
    const linear = part => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
    const behind = element => {
        for (; element; element = element.parentElement) {
            const color = numbers(getComputedStyle(element).backgroundColor);
            if (color.length == 3) return color;
        }
    };
    let least = [22, ''];
    for (const element of document.querySelectorAll('body *')) {
        if (element.checkVisibility() && [...element.childNodes].some(node => node.nodeType == 3 && node.data.trim())) {
            const pair = [numbers(getComputedStyle(element).color), behind(element)].map(luminance);
            const contrast = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
            if (contrast < least[0]) least = [contrast, element.outerHTML.slice(0, 80)];
        }
    }
    return least;
})()"""


def write_programs(folder):
    """Three groups: only the second has failures."""
    for name, data in {"rv64ui-p-add": program(0), "rv64ui-p-sub": program(0), "rv64um-p-mul": program(5),
                       "rv64um-p-div": images.elf([(images.RAM, ENDLESS, 0x1008)]), "rv64um-p-rem": program(0),
                       "known-failure": program(3)}.items():
        (folder / name).write_bytes(data)
    (folder / "known.txt").write_text("known-* it is <b>known</b> & wanted\n", encoding="ascii")


def make_page(rvemu, suite, folder):
    write_programs(folder)
    page = folder / "report.html"
    done = subprocess.run([suite, "-rvemu", rvemu, folder, "-html", page, "-limit", "insns=10000", "-expect",
                           folder / "known.txt"], capture_output=True, timeout=60, check=False)
    expect(done.returncode, 1, f"status of rvemu-suite ({done.stderr})")
    return page


def numbers(page):
    """{name: selector of its element}"""
    return dict(page.value("[...document.querySelectorAll('.test')].map(test => "
                           "[test.querySelector('.name').textContent, '#' + test.id])"))


def test_click(page, url):
    """a click on a failure shows its post-mortem in place, another hides it"""
    page.open(url)
    failure = numbers(page)["rv64um-p-mul"]
    expect(page.value(VISIBLE.format(failure)), False, "visible before")
    page.click(f"{failure} summary")
    expect(page.value(VISIBLE.format(failure)), True, "visible after a click")
    expect_in("verdict: failed: test 5", page.value(f"document.querySelector('{failure} .post-mortem').innerText"),
              "post-mortem")
    expect_in("rvemu -cpu max -limit ", page.value(f"document.querySelector('{failure} .command').innerText"),
              "command")
    page.click(f"{failure} summary")
    expect(page.value(VISIBLE.format(failure)), False, "visible after a second click")


def test_keyboard(page, url):
    """the keyboard reaches a failure, and Enter shows its post-mortem"""
    page.open(url)
    failure = numbers(page)["rv64um-p-mul"]
    for _ in range(40):
        page.key("Tab")
        if page.value(f"document.activeElement == document.querySelector('{failure} summary')"):
            break
    else:
        raise AssertionError("Tab does not reach it")
    page.key("Enter", "\r")
    expect(page.value(VISIBLE.format(failure)), True, "visible after Enter")
    page.key(" ", " ")
    expect(page.value(VISIBLE.format(failure)), False, "visible after the space bar")


def test_groups(page, url):
    """groups with failures are open, others are not; a click opens them"""
    page.open(url)
    state = "Object.fromEntries([...document.querySelectorAll('.group')].map(group => " \
            "[group.querySelector('h2').textContent, group.open]))"
    groups = page.value(state)
    expect({name: groups[name] for name in ("rv64ui-p", "rv64um-p")}, {"rv64ui-p": False, "rv64um-p": True}, "groups")
    page.click(".group:not([open]) summary")
    expect(sum(page.value(state).values()), 2, "open groups")
    page.click("#open-all")
    expect(page.value("[...document.querySelectorAll('details')].every(details => details.open)"), True, "all open")
    page.click("#close-all")
    expect(page.value("document.querySelector('details[open]')"), None, "open")


def test_filter(page, url):
    """words and buttons filter, and what was open before is so afterwards"""
    page.open(url)
    before = page.value(SHOWN)
    expect(before, 3, "programs shown")
    page.key("/", "/")
    expect(page.value("document.activeElement.id"), "filter", "focus after /")
    page.type("P-Sub")
    expect(page.value(SHOWN), 1, "programs shown")
    expect(page.value("document.getElementById('shown').textContent"), "1 of 6", "count")
    page.value("document.getElementById('filter').value = ''")
    page.click("#filter")
    page.type("limit 64")
    expect(page.value(SHOWN), 1, "programs shown by reason")
    page.value("document.getElementById('filter').select()")
    page.key("Backspace")
    page.type(" ")
    page.click("input[value=wrong]")
    expect(page.value(SHOWN), 2, "programs that are not as expected")
    page.click("input[value=failing]")
    expect(page.value(SHOWN), 3, "programs that did not pass")
    page.click("input[value=all]")
    expect(page.value(SHOWN), before, "programs shown")


def test_link(page, url):
    """a link to a test opens it"""
    page.open(url)
    failure = numbers(page)["rv64um-p-div"]
    page.open(f"{url}?{failure}")
    expect(page.value(VISIBLE.format(failure)), True, "visible")


def test_text(page, url):
    """text is text, whatever is in it"""
    page.open(url)
    page.click("#open-all")
    known = numbers(page)["known-failure"]
    expect_in("failed as expected: it is <b>known</b> & wanted",
              page.value(f"document.querySelector('{known} .why').textContent"), "reason")


def test_dark(page, url):
    """light and dark as the browser is, and readable in both: contrast 4.5 at least"""
    seen = set()
    for scheme in ("light", "dark"):
        page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        page.open(url)
        page.click("#open-all")
        seen.add(page.value("getComputedStyle(document.body).backgroundColor"))
        contrast, where = page.value(CONTRAST)
        if contrast < 4.5:
            raise AssertionError(f"{scheme}: contrast {contrast:.1f} of {where}")
    page.call("Emulation.setEmulatedMedia", features=[])
    expect(len(seen), 2, "backgrounds")


def test_accessible(page, url):
    """what can be used has a name for those who do not see it"""
    page.open(url)
    page.click("#open-all")
    nodes = page.call("Accessibility.getFullAXTree")["nodes"]
    usable = {"button", "searchbox", "radio", "DisclosureTriangle", "textbox"}
    found = [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes
             if not node["ignored"] and node["role"]["value"] in usable]
    expect([role for role, name in found if not name.strip()], [], "without a name")
    expect({"searchbox", "radio", "button"} <= {role for role, _ in found}, True, f"roles in {found}")
    failures = [name for role, name in found if role == "DisclosureTriangle" and "rv64um-p-mul" in name]
    expect(len(failures), 1, f"names in {found}")
    expect_in("failed", failures[0], "name")


def test_narrow(page, url):
    """a narrow window needs no scrolling sideways"""
    page.call("Emulation.setDeviceMetricsOverride", width=360, height=700, deviceScaleFactor=1, mobile=False)
    page.open(url)
    page.click("#open-all")
    beyond = page.value("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.call("Emulation.clearDeviceMetricsOverride")
    expect(beyond, 0, "pixels beyond the window")


def test_quiet(page, _):
    """nothing was asked of the network, and nothing was wrong with the script"""
    asked = {event["request"]["url"].split(":")[0] for method, event in page.events
             if method == "Network.requestWillBeSent"}
    expect(asked, {"file"}, "asked for")
    expect([event for method, event in page.events if method in ("Runtime.exceptionThrown", "Log.entryAdded")], [],
           "wrong")


TESTS = [test_click, test_keyboard, test_groups, test_filter, test_link, test_text, test_dark, test_accessible,
         test_narrow, test_quiet]  # the last one is about all before


def main(argv):
    program_path = browser.find()
    if not program_path:
        print("1..0 # SKIP no chromium (Debian: apt install chromium)")
        return 0
    failed = 0
    with tempfile.TemporaryDirectory(prefix="suite-page-") as folder:
        page_file = make_page(*map(os.path.abspath, argv[1:3]), pathlib.Path(folder))
        with browser.Browser(program_path) as page:
            print(f"1..{len(TESTS)}")
            for number, test in enumerate(TESTS, 1):
                try:
                    test(page, page_file.as_uri())
                    print(f"ok {number} - {test.__doc__}")
                except AssertionError as problem:
                    failed += 1
                    print(f"not ok {number} - {test.__doc__}\n# " + str(problem).replace("\n", "\n# "))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
