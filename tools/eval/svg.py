"""A plot of accuracy against budget: a panel for each task and length, a line for each selector, bars of one standard error."""
import math

WIDTH, HEIGHT, LEFT, TOP, GAP = 300, 200, 46, 34, 60
COLOURS = {"full": "#444444", "spc": "#0b6fb8", "window": "#c2571a", "random": "#8a8a8a"}


def text(x, y, words, size=11, anchor="middle", colour="#222222"):
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{colour}">{words}</text>'


def line(x1, y1, x2, y2, colour="#cccccc", extra=""):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"{extra}/>'


def panel(rows, x0, y0):
    budgets = sorted({row["budget"] for row in rows if row["budget"]}) or [1]
    low, high = math.log2(budgets[0]), math.log2(budgets[-1])

    def x(budget):
        return x0 + WIDTH * ((math.log2(budget) - low) / (high - low) if high > low else .5)

    def y(accuracy):
        return y0 + HEIGHT * (1 - accuracy)

    parts = [text(x0 + WIDTH / 2, y0 - 10, f"{rows[0]['task']}, {rows[0]['length']} bytes, {rows[0]['prompts']} prompts", 12)]
    for tenth in range(0, 11, 2):
        parts += [line(x0, y(tenth / 10), x0 + WIDTH, y(tenth / 10)), text(x0 - 6, y(tenth / 10) + 4, f"{tenth / 10:.1f}", anchor="end")]
    parts += [text(x(budget), y0 + HEIGHT + 16, budget) for budget in budgets]
    parts.append(text(x0 + WIDTH / 2, y0 + HEIGHT + 32, "budget, tokens a KV head"))
    for selector, colour in COLOURS.items():
        points = sorted((row["budget"], row["accuracy"], row["standard_error"]) for row in rows if row["selector"] == selector)
        if selector == "full" and points:
            parts.append(line(x0, y(points[0][1]), x0 + WIDTH, y(points[0][1]), colour, ' stroke-dasharray="5 3"'))
            continue
        path = " ".join(f"{x(budget):.1f},{y(accuracy):.1f}" for budget, accuracy, _ in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>' if points else "")
        for budget, accuracy, error in points:
            top, bottom = y(min(accuracy + error, 1)), y(max(accuracy - error, 0))
            parts += [line(x(budget), top, x(budget), bottom, colour), f'<circle cx="{x(budget):.1f}" cy="{y(accuracy):.1f}" r="3" fill="{colour}"/>']
    return parts


def plot(rows):
    groups = {}
    for row in rows:
        groups.setdefault((row["task"], row["length"]), []).append(row)
    columns = min(3, len(groups))
    width, height = columns * (WIDTH + GAP) + LEFT, TOP + math.ceil(len(groups) / columns) * (HEIGHT + GAP + TOP) + 10
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif">',
             f'<rect width="{width}" height="{height}" fill="white"/>']
    for index, group in enumerate(groups.values()):
        parts += panel(group, LEFT + index % columns * (WIDTH + GAP), TOP + index // columns * (HEIGHT + GAP + TOP))
    at = LEFT
    for selector, colour in COLOURS.items():
        if any(row["selector"] == selector for row in rows):
            parts += [f'<rect x="{at}" y="{height - 18}" width="12" height="4" fill="{colour}"/>', text(at + 17, height - 12, selector, anchor="start")]
            at += 90
    return "\n".join(part for part in parts if part) + "\n</svg>\n"
