#!/usr/bin/env python3
"""What `meson install` puts where: programs with their manual pages and completions, and every page of docs/.

usage: install.py SOURCE-ROOT BUILD-ROOT

SPDX-License-Identifier: MIT
"""
import os
import pathlib
import subprocess
import sys
import tempfile


def installed_programs(prefix):
    return [p for p in sorted((prefix / "bin").iterdir()) if os.access(p, os.X_OK)]


def check(prefix, source, build):
    share = prefix / "share"
    programs = installed_programs(prefix)
    wanted = [pathlib.Path("README.md"), pathlib.Path("CHANGELOG.md"), pathlib.Path("LICENSE"),
              pathlib.Path("docs/instructions.md"), pathlib.Path("docs/extensions.md"),
              *(p.relative_to(source) for p in (source / "docs").iterdir() if p.suffix in (".md", ".svg"))]

    if not any(p.name == "rvemu" for p in programs):
        yield "bin/rvemu is missing"
    for program in programs:
        if not (share / "man/man1" / f"{program.name}.1").exists():
            yield f"{program.name} has no manual page"
        if not (share / "bash-completion/completions" / program.name).exists():
            yield f"{program.name} has no completion"
    for page in wanted:
        if not (share / "doc/rvemu" / page).exists():
            yield f"{page} is not installed"
    for page in [*(share / "doc").rglob("*"), *(share / "man").rglob("*")]:
        if page.is_file() and any(os.fsencode(root) in page.read_bytes() for root in (source, build)):
            yield f"{page.name} names the folder that it was built in"
    run = subprocess.run([prefix / "bin/rvemu", "-m", "64"], cwd=prefix, stdin=subprocess.DEVNULL, timeout=60,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if run.returncode != 0 or "RAM:     64 MiB" not in run.stdout:
        yield f"the installed rvemu ends with {run.returncode}: {run.stdout}{run.stderr}"


def main():
    source, build = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()

    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["meson", "install", "--no-rebuild", "--quiet", "-C", build, "--destdir", folder],
                       stdout=subprocess.DEVNULL, check=True)
        prefix = next(pathlib.Path(folder).rglob("bin")).parent
        complaints = list(check(prefix, source, build))
    print("\n".join(complaints) or "all is where it belongs")
    return 1 if complaints else 0


sys.exit(main())
