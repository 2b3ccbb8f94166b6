"""`docs/rooms.svg`: the rooms of `shared` from top to bottom, with an arrow for every import between them."""

import ast
from collections.abc import Iterator
from html import escape
from importlib import import_module
from pathlib import Path

from shared import ROOMS

ROOT = Path(__file__).resolve().parents[1]
CALLERS = ("lintas", "services")
"""The folders above the rooms, which may call all of them."""
TOP = "shared"
"""The files beside the rooms: clock, ids, errors, regions, settings. Every room may import them."""
PURPOSE = {
    "lintas": "Front door: the command, the demo, the local runner.",
    "services": "One folder a ministry, and monitoring.",
    TOP: "Beside the rooms: clock, ids, errors, regions, settings.",
}
BOX_WIDTH, BOX_HEIGHT, ROW, LEFT, MARGIN = 560, 34, 52, 12, 20
ARC = 24
"""How far an arrow bends to the right for each row that it passes."""
Arrow = tuple[str, str]


def room_picture() -> str:
    """The picture as SVG; an arrow that points upward, which the import law forbids, is red."""
    order = [*CALLERS, *ROOMS, TOP]
    arrows = sorted(imports_between(ROOT))
    body = "".join(_arrow(order, arrow) for arrow in arrows) + "".join(map(_box, order, _rows()))
    width, height = LEFT + BOX_WIDTH + len(order) * ARC, len(order) * ROW + MARGIN
    return _FRAME.format(width=width, height=height, body=body)


def imports_between(root: Path) -> set[Arrow]:
    """Which room imports which other one."""
    paths = (path for folder in (*CALLERS, TOP) for path in sorted((root / folder).rglob("*.py")))
    pairs = {
        (_room_of(path.relative_to(root).with_suffix("").parts), _room_of(target))
        for path in paths
        for target in _imported(path)
    }
    return {(here, there) for here, there in pairs if here and there and here != there}


def _room_of(parts: tuple[str, ...]) -> str:
    """The box that a module lies in; empty for a library."""
    if parts[0] in CALLERS:
        return parts[0]
    if parts[0] != TOP:
        return ""
    return parts[1] if len(parts) > 1 and parts[1] in ROOMS else TOP


def _imported(path: Path) -> Iterator[tuple[str, ...]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            module = tuple(node.module.split("."))
            yield from ((*module, one.name) for one in node.names)
        elif isinstance(node, ast.Import):
            yield from (tuple(one.name.split(".")) for one in node.names)


def _rows() -> Iterator[float]:
    """The height at which each box begins."""
    y = MARGIN / 2
    while True:
        yield y
        y += ROW


def _box(name: str, y: float) -> str:
    purpose = PURPOSE.get(name) or (import_module(f"{TOP}.{name}").__doc__ or "").split("\n")[0]
    return (
        f'<rect x="{LEFT}" y="{y:g}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="5"/>'
        f'<text x="{LEFT + 10}" y="{y + 22:g}">{name} '
        f'<tspan class="purpose">{escape(purpose)}</tspan></text>\n'
    )


def _arrow(order: list[str], arrow: Arrow) -> str:
    start, end = order.index(arrow[0]), order.index(arrow[1])
    x = LEFT + BOX_WIDTH
    y1, y2 = (MARGIN / 2 + row * ROW + BOX_HEIGHT / 2 for row in (start, end))
    bend = x + abs(end - start) * ARC + 20
    kind = "down" if end > start else "up"
    return (
        f'<path class="{kind}" d="M{x} {y1:g} C{bend} {y1:g} {bend} {y2:g} {x + 5} {y2:g}" '
        f'marker-end="url(#{kind})"><title>{arrow[0]} imports {arrow[1]}</title></path>\n'
    )


_FRAME = """<!-- Made by `make schemas`; do not edit. -->
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"
 font-family="sans-serif" font-size="14">
<title>The rooms of shared and the imports between them</title>
<defs>
<marker id="down" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"
 markerUnits="userSpaceOnUse"><path d="M0 0L8 4L0 8z" fill="#56708a"/></marker>
<marker id="up" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"
 markerUnits="userSpaceOnUse"><path d="M0 0L8 4L0 8z" fill="#c0392b"/></marker>
</defs>
<style>
rect {{ fill: #f4f6f8; stroke: #56708a }}
path.down {{ fill: none; stroke: #56708a; opacity: .5 }}
path.up {{ fill: none; stroke: #c0392b }}
.purpose {{ fill: #556; font-size: 11.5px }}
</style>
<rect width="100%" height="100%" style="fill: #fff; stroke: none"/>
{body}</svg>
"""
