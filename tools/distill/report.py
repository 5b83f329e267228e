"""A training run's record: report.json and, beside it, curves as SVG. Standard library only."""
import json
import math
import pathlib

COLOURS = ("#1b6ca8", "#d1495b", "#3a7d44", "#8e5ea2", "#e3a008", "#4d4d4d", "#00798c", "#9c6644", "#c9184a", "#6a994e")
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 300, 60, 180, 34, 36


def ticks(low, high, count=5):
    step = 10 ** math.floor(math.log10(max(high - low, 1e-12) / count))
    step *= next(m for m in (1, 2, 5, 10) if (high - low) / (step * m) <= count)
    value = math.ceil(low / step) * step
    while value <= high + 1e-9 * step:
        yield round(value, 10)
        value += step


def chart(title, x_name, curves, offset):
    """curves {name: [(x, y)]} -> SVG elements, |offset| pixels down"""
    points = [point for curve in curves.values() for point in curve]
    if not points:
        return []
    x_low, x_high = min(p[0] for p in points), max(p[0] for p in points)
    y_low, y_high = min(p[1] for p in points), max(p[1] for p in points)
    x_high, y_high = max(x_high, x_low + 1e-9), max(y_high, y_low + 1e-9)

    def at(x, y):
        return (LEFT + (x - x_low) / (x_high - x_low) * (WIDTH - LEFT - RIGHT),
                offset + HEIGHT - BOTTOM - (y - y_low) / (y_high - y_low) * (HEIGHT - TOP - BOTTOM))
    parts = [f'<text x="{LEFT}" y="{offset + 20}" font-weight="bold">{title}</text>',
             f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{offset + HEIGHT - 4}" text-anchor="middle">{x_name}</text>']
    for value in ticks(y_low, y_high):
        y = at(x_low, value)[1]
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
                     f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:g}</text>')
    for value in ticks(x_low, x_high):
        x = at(value, y_low)[0]
        parts.append(f'<text x="{x:.1f}" y="{offset + HEIGHT - BOTTOM + 16}" text-anchor="middle">{value:g}</text>')
    for index, (name, curve) in enumerate(curves.items()):
        colour = COLOURS[index % len(COLOURS)]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(*point) for point in curve))
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
                     f'<text x="{WIDTH - RIGHT + 10}" y="{offset + TOP + 12 + 16 * index}" fill="{colour}">{name}</text>')
    return parts


def curves_of(log, field):
    curves = {}
    for entry in log:
        for name, values in entry["heads"].items():
            if values.get(field) is not None:
                curves.setdefault(name, []).append((entry["step"], values[field]))
    return curves


def write(folder, summary, log):
    """|log|: [{"step": n, "heads": {name: {"divergence", "captured_64", "captured_256"}}}]"""
    folder = pathlib.Path(folder)
    (folder / "report.json").write_text(json.dumps({**summary, "log": log}, indent=1) + "\n")
    charts = [("divergence from the target (nats)", "divergence"), ("far attention mass in the best 64 tokens", "captured_64"),
              ("far attention mass in the best 256 tokens", "captured_256")]
    parts = []
    for index, (title, field) in enumerate(charts):
        parts += chart(title, "step", curves_of(log, field), index * HEIGHT)
    (folder / "curves.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT * len(charts)}" '
                                       f'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="white"/>'
                                       + "\n".join(parts) + "</svg>\n")
