"""Random histories of one report against a naive model: at the door, and in monitoring's views."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from services.monitoring.figures.compute import prepare
from services.monitoring.figures.files import VIEWS, views_read
from shared.events.corrections import FactCorrected
from shared.events.envelope import Event
from shared.events.reporting import ReportClosed, ReportReopened
from tests.kit.depth import sample
from tests.kit.door import Door, codes
from tests.kit.figures import opened
from tests.unit.reporting.conftest import door_of

MONTHS = ("2026-05", "2026-06")
STEPS = ("close", "close", "reopen", "nil", "take back", "mend")
Complete = set[tuple[str, bool]]


def item(month: str, **other: Any) -> dict[str, Any]:
    """A month of the sessions of Jember."""
    return {"list": "SESSIONS", "district": "35.09", "month": month} | other


class Model:
    """Nothing but the list of what was said; the last word that was not taken back counts."""

    def __init__(self) -> None:
        self.said: dict[str, list[list[Any]]] = {month: [] for month in MONTHS}

    def state(self, month: str) -> tuple[bool, bool]:
        """Closed and nil."""
        words = [word for word in self.said[month] if not word[3]]
        return (words[-1][1], words[-1][2]) if words else (False, False)

    def complete(self) -> Complete:
        """The closed months."""
        return {(month, self.state(month)[1]) for month in MONTHS if self.state(month)[0]}

    def step(self, door: Door, step: str, chance: random.Random) -> None:
        """Do a step at the door, and expect what the list of words says."""
        month = chance.choice(MONTHS)
        closed, nil = self.state(month)
        if step in ("close", "nil"):
            self._close(door, month, step == "nil", closed=closed, was=nil)
        elif step == "reopen":
            (result,) = door.items("/v1/reports/reopenings", item(month, reason="LATE"))
            assert codes([result]) == ["accepted" if closed else "REPORT_OPEN"]
            if closed:
                self.said[month].append([result["id"], False, False, False])
        else:
            self._correct(door, month, step, chance)

    def _close(self, door: Door, month: str, nil: bool, *, closed: bool, was: bool) -> None:
        (result,) = door.items("/v1/reports/closings", item(month, nil=nil))
        again = "duplicate" if nil == was else "REPORT_CLOSED"
        assert codes([result]) == [again if closed else "accepted"]
        if not closed:
            self.said[month].append([result["id"], True, nil, False])

    def _correct(self, door: Door, month: str, step: str, chance: random.Random) -> None:
        words = [word for word in self.said[month] if not word[3] and word[1] >= (step == "mend")]
        if not words:
            return
        word = chance.choice(words)
        (event,) = (one for one in door.events() if str(one.id) == word[0])
        data = event.data.model_dump(mode="json") | {"nil": not word[2]}
        body = {"event_id": word[0], "reason": "DATA_ENTRY"}
        answer = door.post(
            "/v1/corrections", body | ({"replacement": data} if step == "mend" else {})
        )
        assert answer.status_code == 200, answer.text
        word[2:] = [not word[2], False] if step == "mend" else [word[2], True]


def complete_in(events: Sequence[Event]) -> Complete:
    """What monitoring's view says of these events, in whatever order they came."""
    with opened(events) as duck:
        prepare(
            duck, {name: VIEWS[name] for name in views_read("select 1 from report_complete", VIEWS)}
        )
        return set(duck.execute("select month, nil from report_complete").fetchall())


def sequenced(events: Sequence[Event]) -> list[Event]:
    """Events with the numbers that a relay would give them."""
    return [event._replace(sequence=number) for number, event in enumerate(events, 1)]


@pytest.mark.parametrize("seed", sample(range(12), 3))
def test_door_and_view_say_what_a_naive_model_says(tmp_path: Path, seed: int) -> None:
    """Whatever is closed, opened, repeated and corrected; and in any order of arrival."""
    chance, model, door = random.Random(seed), Model(), door_of(tmp_path, "training")
    first = {"list": "SESSIONS", "district": "35.09", "first_month": MONTHS[0]}
    assert codes(door.items("/v1/reports/obligations", first)) == ["accepted"]
    for _ in range(16):
        model.step(door, chance.choice(STEPS), chance)
    events = sequenced(door.events())
    shuffled = chance.sample(events, len(events))
    assert complete_in(shuffled) == complete_in(events) == model.complete()
    answer = door.get("/v1/reports/open?area=35.09").json()["reports"]
    assert {one["month"] for one in answer} == set(MONTHS) - {
        month for month, _ in model.complete()
    }


def test_the_histories_hold_every_kind_of_step(tmp_path: Path) -> None:
    """Else the property above could hold because nothing happens."""
    chance, model, door = random.Random(3), Model(), door_of(tmp_path, "training")
    door.items(
        "/v1/reports/obligations",
        {"list": "SESSIONS", "district": "35.09", "first_month": MONTHS[0]},
    )
    for _ in range(40):
        model.step(door, chance.choice(STEPS), chance)
    kinds = {type(event.data) for event in door.events()}
    assert {ReportClosed, ReportReopened, FactCorrected} <= kinds
