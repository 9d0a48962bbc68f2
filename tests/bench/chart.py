"""The results as a picture: bars of guest MIPS, in SVG written by hand.

By processor time, which other users of the machine disturb least. It has no background and takes its
colours from the reader's scheme, so that it fits a light and a dark page.

SPDX-License-Identifier: MIT
"""
import html
import math

import measure

TITLE = "Millions of guest instructions in a second of processor time"
LEFT, WIDTH, RIGHT = 96, 560, 64  # names, bars, figures
BAR, GAP, TOP = 11, 10, 54
STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #24292f }
  .title { font-weight: 600; font-size: 14px }
  .figure, .axis { font-size: 10px; fill: #57606a }
  .grid { stroke: #d0d7de; stroke-width: 1 }
  .c0 { fill: #1f6feb } .c1 { fill: #d4733a } .c2 { fill: #8c959f }
  .c3 { fill: #2da44e } .c4 { fill: #8250df }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .figure, .axis { fill: #9198a1 } .grid { stroke: #3d444d }
    .c0 { fill: #4c8dff } .c1 { fill: #e08a55 } .c2 { fill: #7d8590 }
    .c3 { fill: #3fb950 } .c4 { fill: #ab7df8 }
  }
"""
COLOURS = 5


def nice_step(top):
    """Distance of the lines of the grid: 1, 2 or 5 times a power of ten, five lines or so."""
    power = 10 ** math.floor(math.log10(top / 5))
    return next(power * factor for factor in (1, 2, 5, 10) if top / (power * factor) <= 6)


def text(x, y, words, css="", anchor="start"):
    return (f'<text x="{x:.0f}" y="{y:.0f}" class="{css}" text-anchor="{anchor}">'
            f'{html.escape(words)}</text>')


def legend(labels):
    parts, x = [], LEFT
    for i, label in enumerate(labels):
        parts.append(f'<rect x="{x}" y="28" width="11" height="11" rx="2" class="c{i % COLOURS}"/>')
        parts.append(text(x + 16, 38, label))
        x += 36 + 8 * len(label)
    return parts


def grid(top, bottom):
    parts, step = [], nice_step(top)
    for i in range(int(top / step) + 1):
        x = LEFT + WIDTH * i * step / top
        parts.append(f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{bottom}" class="grid"/>')
        parts.append(text(x, bottom + 14, f"{i * step:g}", "axis", "middle"))
    return parts


def bars(rows, labels, top):
    parts, y = [], TOP + GAP / 2
    for name, values in rows:
        parts.append(text(LEFT - 8, y + BAR * len(labels) / 2 + 4, name, "", "end"))
        for i, label in enumerate(labels):
            value = values[label]
            if value is not None:
                width = max(WIDTH * value / top, 1)
                tip = html.escape(f"{name}, {label}: {value:.0f} MIPS")
                parts.append(f'<rect x="{LEFT}" y="{y:.0f}" width="{width:.1f}" height="{BAR - 1}" '
                             f'class="c{i % COLOURS}"><title>{tip}</title></rect>')
                parts.append(text(LEFT + width + 4, y + BAR - 2, f"{value:.0f}", "figure"))
            y += BAR
        y += GAP
    return parts


def as_svg(results):
    labels = [emulator.label for emulator in results.emulators]
    rows = [(p.name, {label: results.mips(p.name, label, "cpu") for label in labels})
            for p in results.programs if p.name != measure.EMPTY]
    rows = [(name, values) for name, values in rows if any(values.values())]
    top = max([value for _, values in rows for value in values.values() if value], default=1)
    bottom = TOP + len(rows) * (BAR * len(labels) + GAP)
    width, height = LEFT + WIDTH + RIGHT, bottom + 24
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img">',
        f"<title>{TITLE}</title>",
        f"<style>{STYLE}</style>",
        text(LEFT, 18, TITLE, "title"),
        *legend(labels), *grid(top, bottom), *bars(rows, labels, top), "</svg>"]) + "\n"
