"""The answers to a dashboard's queries as a picture, in plain SVG."""

from html import escape

WIDTH, HEIGHT, MARGIN = 460, 190, 14
PLOT = (34, 118)
"""From where to where a panel's lines go."""
COLOURS = ("#1f6f8b", "#c8553d", "#588157", "#8d6a9f", "#b08900", "#444444")
LEGENDS = 4
Series = tuple[str, list[tuple[float, float]]]


def picture(title: str, panels: list[tuple[str, str, list[Series]]]) -> str:
    """The dashboard: two panels in a row, each with title, unit, lines, highest value and legend."""
    rows = (len(panels) + 1) // 2
    height = 40 + rows * (HEIGHT + MARGIN)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{2 * (WIDTH + MARGIN) + MARGIN}" height="{height}" '
        'font-family="sans-serif" font-size="11"><rect width="100%" height="100%" fill="#f4f4f2"/>\n'
        f'<text x="{MARGIN}" y="26" font-size="16">{escape(title)}</text>\n'
    )
    return head + "".join(_panel(at, *panel) for at, panel in enumerate(panels)) + "</svg>\n"


def _panel(at: int, title: str, unit: str, series: list[Series]) -> str:
    row, column = divmod(at, 2)
    x, y = MARGIN + column * (WIDTH + MARGIN), 40 + row * (HEIGHT + MARGIN)
    values = [value for _, points in series for _, value in points]
    top = max([*values, 0]) or 1
    lines = "".join(_line(points, top, number) for number, (_, points) in enumerate(series))
    return (
        f'<g transform="translate({x},{y})"><rect width="{WIDTH}" height="{HEIGHT}" rx="4" fill="#fff"/>'
        f'<text x="10" y="18" font-weight="bold">{escape(title)}</text>'
        f'<text x="{WIDTH - 10}" y="18" text-anchor="end">max {top:.4g} {unit}</text>'
        f"{lines}{_legend(series)}</g>\n"
    )


def _line(points: list[tuple[float, float]], top: float, number: int) -> str:
    first, last = points[0][0], points[-1][0]
    span, (high, tall) = (last - first) or 1, (PLOT[0], PLOT[1] - PLOT[0])
    drawn = " ".join(
        f"{10 + (WIDTH - 20) * (when - first) / span:.1f},{high + tall * (1 - max(value, 0) / top):.1f}"
        for when, value in points
    )
    colour = COLOURS[number % len(COLOURS)]
    return f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="1.5"/>'


def _legend(series: list[Series]) -> str:
    shown = [
        f'<text x="10" y="{136 + 13 * at}" fill="{COLOURS[at % len(COLOURS)]}">{escape(name)}</text>'
        for at, (name, _) in enumerate(series[:LEGENDS])
    ]
    more = len(series) - LEGENDS
    return "".join(shown) + (
        f'<text x="{WIDTH - 10}" y="175" text-anchor="end">+ {more}</text>' if more > 0 else ""
    )
