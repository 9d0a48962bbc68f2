#!/usr/bin/env python3
"""Runs the instruction generator on bad input and expects the message with file and line.

Each file in cases/ is one input, named for what is wrong with it: .rows, .formats or .aliases; for
the other inputs the files in base/ are taken. Its first lines say what must be reported:

    /* expect: LINE: part of the message */      or, in .formats and .aliases,  # expect: ...
    /* expect: ok */                             no message, and all files generated

Output is in the Test Anything Protocol. What does not belong here: whether the generated code
works (decode.c).

SPDX-License-Identifier: MIT
"""

import importlib.util
import pathlib
import re
import sys
import tempfile

sys.dont_write_bytecode = True    # nothing appears beside the generator
OPTIONS = {'.formats': '--formats', '.aliases': '--aliases'}
GENERATED = 9


def load_generator(path):
    spec = importlib.util.spec_from_file_location('insngen', path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run_generator(generator, case, folder):
    """What it would print before exit status 1, as lines; none if it ends well."""
    base = pathlib.Path(__file__).parent / 'base'
    inputs = {'--extensions': base / 'ext.def', '--formats': base / 'formats.def',
              '--aliases': base / 'aliases.def'}
    rows = base / 'rows.c.inc'
    if case.suffix in OPTIONS:
        inputs[OPTIONS[case.suffix]] = case
    else:
        rows = case
        inputs['--aliases'] = '/dev/null'
    sys.argv = ['insngen.py', '--output', folder, str(rows)]
    for option, path in inputs.items():
        sys.argv += [option, str(path)]
    try:
        generator.main()
    except SystemExit as end:
        return str(end.code).splitlines()
    return []


def check(generator, case):
    """What is wrong, as a list of lines."""
    expected = re.findall(r'^(?:/\*|#) expect: (.*?)(?: \*/)?$', case.read_text(), flags=re.M)
    with tempfile.TemporaryDirectory() as folder:
        messages = run_generator(generator, case, folder)
        files = len(list(pathlib.Path(folder).iterdir()))
    if expected == ['ok']:
        good = not messages and files == GENERATED
        return [] if good else ['%d files' % files] + messages
    wrong = ['%d files were generated' % files] if files else []
    for line in expected or ['no expectation in the file']:
        number, _, message = line.partition(': ')
        start = '%s:%s: ' % (case, number)
        if not any(got.startswith(start) and message in got for got in messages):
            wrong.append('expected "%s%s", got: %s' % (start, message, messages))
    if len(messages) != len(expected):
        wrong.append('expected %d messages, got: %s' % (len(expected), messages))
    return wrong


def main():
    generator = load_generator(sys.argv[1])
    cases = sorted(path for path in (pathlib.Path(__file__).parent / 'cases').iterdir())
    print('1..%d' % len(cases))
    failed = 0
    for number, case in enumerate(cases, 1):
        wrong = check(generator, case)
        print('%s %d - %s' % ('not ok' if wrong else 'ok', number, case.name))
        for line in wrong:
            print('# ' + line.replace('\n', '\n# '))
        failed += bool(wrong)
    sys.exit(failed != 0)


if __name__ == '__main__':
    main()
