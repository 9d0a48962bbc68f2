#!/usr/bin/env python3
"""Runs the instruction generator on bad input and expects the message with file and line.

Each file in cases/ is one input, named for what is wrong with it: .rows, .formats or .aliases; for the
other inputs the files in base/ are taken. Its first lines say what must be reported:

    /* expect: LINE: part of the message */      or, in .formats and .aliases,  # expect: ...
    /* expect: ok */                             no message, and all files generated

Output is in the Test Anything Protocol. What does not belong here: whether the generated code works.

SPDX-License-Identifier: MIT
"""

import pathlib
import re
import subprocess
import sys
import tempfile

OPTIONS = {'.formats': '--formats', '.aliases': '--aliases'}
GENERATED = 9


def run_generator(script, case, folder):
    base = pathlib.Path(__file__).parent / 'base'
    inputs = {'--extensions': base / 'ext.def', '--formats': base / 'formats.def',
              '--aliases': base / 'aliases.def'}
    rows = base / 'rows.c.inc'
    if case.suffix in OPTIONS:
        inputs[OPTIONS[case.suffix]] = case
    else:
        rows = case
        inputs['--aliases'] = '/dev/null'
    command = [sys.executable, script, '--output', folder]
    for option, path in inputs.items():
        command += [option, str(path)]
    return subprocess.run(command + [str(rows)], capture_output=True, text=True)


def check(script, case):
    """What is wrong, as a list of lines."""
    expected = re.findall(r'^(?:/\*|#) expect: (.*?)(?: \*/)?$', case.read_text(), flags=re.M)
    with tempfile.TemporaryDirectory() as folder:
        result = run_generator(script, case, folder)
        files = len(list(pathlib.Path(folder).iterdir()))
    if expected == ['ok']:
        good = result.returncode == 0 and not result.stderr and files == GENERATED
        return [] if good else ['%d files, %s' % (files, result.stderr)]
    wrong = [] if result.returncode == 1 and not files else ['exit status %d, %d files'
                                                             % (result.returncode, files)]
    for line in expected or ['no expectation in the file']:
        number, _, message = line.partition(': ')
        start = '%s:%s: ' % (case, number)
        if not any(got.startswith(start) and message in got for got in result.stderr.splitlines()):
            wrong.append('expected "%s%s", got: %s' % (start, message, result.stderr.strip()))
    if len(result.stderr.splitlines()) != len(expected):
        wrong.append('expected %d messages, got: %s' % (len(expected), result.stderr.strip()))
    return wrong


def main():
    script = sys.argv[1]
    cases = sorted(path for path in (pathlib.Path(__file__).parent / 'cases').iterdir())
    print('1..%d' % len(cases))
    failed = 0
    for number, case in enumerate(cases, 1):
        wrong = check(script, case)
        print('%s %d - %s' % ('not ok' if wrong else 'ok', number, case.name))
        for line in wrong:
            print('# ' + line.replace('\n', '\n# '))
        failed += bool(wrong)
    sys.exit(failed != 0)


if __name__ == '__main__':
    main()
