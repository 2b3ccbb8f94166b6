"""What every engine must end with, counted from the events in the plainest way."""

import json
from collections import Counter
from collections.abc import Iterable

from benchmarks.peers.corpus import PilotEvent

Cells = dict[str, int]
"""Cell -> its value; a cell of zero is left out."""
ATTENDED = "id.lintas.session.attended.v1"
COMES = {
    "id.lintas.family.enrolled.v1": "families",
    "id.lintas.membership.activated.v1": "members",
}
LEAVES = {
    "id.lintas.family.exited.v1": "families",
    "id.lintas.graduation.approved.v1": "families",
    "id.lintas.membership.lapsed.v1": "members",
    "id.lintas.membership.resigned.v1": "members",
}


def expected_cells(events: Iterable[PilotEvent], copies: int) -> Cells:
    """Cells of the pilot, so many times; see README.md beside this file for what they mean."""
    cells: Counter[str] = Counter()
    homes: dict[tuple[str, str], str] = {}
    attended: Counter[str] = Counter()
    for one in events:
        event = json.loads(one.value)
        kind, subject, month = event["type"], event["subject"], event["time"][:7]
        if kind in COMES:
            homes[COMES[kind], subject] = event["data"]["region"][:8]
            cells[f"{COMES[kind]}|{event['data']['region'][:8]}|{month}"] += copies
        elif kind in LEAVES:
            cells[f"{LEAVES[kind]}|{homes[LEAVES[kind], subject]}|{month}"] -= copies
        elif kind == ATTENDED:
            attended[subject] += 1
            cells[f"attended|{attended[subject]}|{month}"] += copies
        else:
            cells[f"{kind}|{month}"] += copies
    return {cell: value for cell, value in cells.items() if value}


def verdict(found: Cells, expected: Cells) -> str:
    """Whether both are the same, in words."""
    wrong = [
        cell for cell in found.keys() | expected.keys() if found.get(cell) != expected.get(cell)
    ]
    if not wrong:
        return f"exact, {len(expected):,} cells"
    return f"{len(wrong):,} of {len(expected):,} cells differ, such as {min(wrong)}"
