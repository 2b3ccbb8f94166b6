"""Changes, assignments, targets, graduations and exits over HTTP."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from shared.application.context import Keys
from shared.clock import noon
from shared.events.beneficiary import FamilyChanged, FamilyExited, GraduationApproved, TargetSet
from shared.security.identity import NationalId
from tests.kit.door import Door, codes
from tests.kit.families import ELSEWHERE, NEIGHBOUR, NIK, NIK_SON, a_family_list
from tests.kit.graduating import CHANGES, STEPS, graduate, of_family

ASSIGNMENTS, TARGETS = "/v1/assignments", "/v1/targets"


def test_a_change_is_published_with_the_whole_record(ready: Door) -> None:
    """Region and band change, the adults stay."""
    changed = of_family(effective_on="2026-03-01", region=NEIGHBOUR, decile=5)
    assert codes(ready.items(CHANGES, changed)) == ["accepted"]
    staged = ready.events()[-1].data
    assert isinstance(staged, FamilyChanged)
    assert (
        staged.version,
        staged.region,
        staged.decile_band,
        len(staged.persons),
    ) == (2, NEIGHBOUR, "D5", 2)


def test_the_same_change_in_a_new_request_is_a_duplicate(ready: Door) -> None:
    """Not the key makes a change the same, its content does."""
    changed = of_family(effective_on="2026-03-01", decile=5)
    ready.items(CHANGES, changed)
    before = len(ready.events())
    assert codes(ready.items(CHANGES, changed)) == ["duplicate"]
    assert before == len(ready.events())


def test_changes_of_one_batch_build_on_each_other(ready: Door) -> None:
    """The second change of a family sees the first."""
    results = ready.items(
        CHANGES,
        of_family(effective_on="2026-02-01", decile=5),
        of_family(effective_on="2026-01-20", decile=6),
        of_family(effective_on="2026-03-01", decile=7),
    )
    assert codes(results) == ["accepted", "DATE_ORDER", "accepted"]
    assert [event.data.version for event in ready.events()[-2:]] == [2, 3]  # type: ignore[attr-defined]


def test_registered_adults_can_change(ready: Door, keys: Keys) -> None:
    """The first is the representative; a known one keeps the recorded birth date."""
    ready.items(CHANGES, of_family(effective_on="2026-02-01", national_ids=[NIK_SON, NIK]))
    persons = ready.events()[-1].data.persons  # type: ignore[attr-defined]
    son = keys.pseudonymiser.person(NationalId(NIK_SON))
    assert [(son, True)] == [(one.person, True) for one in persons if one.representative]
    assert [one.age_band for one in persons] == ["A17_29", "A30_44"]


def test_all_adults_can_be_taken_out(ready: Door) -> None:
    """The family is then unknown by identity."""
    ready.items(CHANGES, of_family(effective_on="2026-02-01", national_ids=[]))
    assert ready.events()[-1].data.persons == ()  # type: ignore[attr-defined]


def test_a_change_needs_something_to_change(ready: Door) -> None:
    """An item with a date alone refuses itself."""
    assert codes(ready.items(CHANGES, of_family(effective_on="2026-02-01"))) == ["FIELD_VALUE"]


def test_a_family_may_move_out_of_the_area(ready: Door) -> None:
    """Jember's staff may tell that a family moved to Probolinggo; then it is no longer theirs."""
    moved = of_family(effective_on="2026-02-01", region=ELSEWHERE)
    back = of_family(effective_on="2026-03-01", region=NEIGHBOUR)
    assert codes(ready.items(CHANGES, moved, token="jember")) == ["accepted"]
    assert codes(ready.items(CHANGES, back, token="jember")) == ["NOT_FOUND"]


def test_a_region_that_does_not_exist_is_refused(ready: Door) -> None:
    """The code has the right form and is in no list."""
    changed = of_family(effective_on="2026-02-01", region="35.09.30.9999")
    assert codes(ready.items(CHANGES, changed)) == ["REGION_UNKNOWN"]


def test_a_facilitator_takes_over(ready: Door) -> None:
    """By number; an unknown number is refused, the rest of the batch is kept."""
    results = ready.items(
        ASSIGNMENTS,
        of_family(facilitator_number="P-2", assigned_on="2026-02-01"),
        of_family(facilitator_number="P-77", assigned_on="2026-03-01"),
    )
    assert codes(results) == ["accepted", "NOT_FOUND"]
    assert results[1]["field"] == "facilitator_number"


def test_targets_get_versions(staffed: Door) -> None:
    """A new value is version 2; the same value again a duplicate."""
    item = {"facilitator_number": "P-1", "year": 2026, "target": 12}
    assert codes(staffed.items(TARGETS, item, item)) == ["accepted", "duplicate"]
    staged = staffed.events()[-1].data
    assert isinstance(staged, TargetSet)
    assert (staged.version, staged.target) == (2, 12)


def test_targets_are_set_in_the_own_area_only(staffed: Door) -> None:
    """P-3 works in Probolinggo."""
    item = {"facilitator_number": "P-3", "year": 2026, "target": 9}
    assert codes(staffed.items(TARGETS, item, token="jember")) == ["NOT_FOUND"]


def test_a_family_graduates_step_by_step(ready: Door) -> None:
    """Three facts of one case, each at its day."""
    graduate(ready)
    staged = ready.events()[-3:]
    assert len({event.data.graduation for event in staged}) == 1  # type: ignore[attr-defined]
    assert isinstance(staged[2].data, GraduationApproved)
    assert staged[2].time.isoformat() == "2026-03-04T05:00:00+00:00"


def test_steps_in_the_wrong_order_are_refused(ready: Door) -> None:
    """An approval without verification names the missing step."""
    path, field, day = STEPS[2]
    assert codes(ready.items(path, of_family(**{field: day}))) == ["NOT_FOUND"]


@pytest.mark.parametrize(("path", "field", "day"), STEPS)
def test_every_step_can_be_sent_again(ready: Door, path: str, field: str, day: str) -> None:
    """After the graduation too."""
    graduate(ready)
    assert codes(ready.items(path, of_family(**{field: day}))) == ["duplicate"]


def test_a_graduate_takes_no_more_steps(ready: Door) -> None:
    """No facilitator, no exit."""
    graduate(ready)
    later: tuple[tuple[str, dict[str, Any]], ...] = (
        (ASSIGNMENTS, of_family(facilitator_number="P-2", assigned_on="2026-04-01")),
        ("/v1/exits", of_family(reason="MOVED", exited_on="2026-04-01")),
    )
    for path, item in later:
        assert codes(ready.items(path, item)) == ["FAMILY_LEFT"]


def test_a_family_exits_once(ready: Door) -> None:
    """The same exit again is a duplicate, another one is refused."""
    moved = of_family(reason="MOVED", exited_on="2026-02-01")
    other = of_family(reason="NATURAL", exited_on="2026-02-02")
    results = ready.items("/v1/exits", moved, moved, other)
    assert codes(results) == ["accepted", "duplicate", "FAMILY_LEFT"]
    assert sum(isinstance(event.data, FamilyExited) for event in ready.events()) == 1


def test_graduation_is_no_reason_of_an_exit(ready: Door) -> None:
    """Self-sufficient graduation goes through its three steps."""
    item = of_family(reason="SELF_SUFFICIENT", exited_on="2026-02-01")
    answer = ready.post("/v1/exits", {"items": [item]})
    assert "SELF_SUFFICIENT" not in answer.text
    assert "accepted" not in answer.text


@pytest.mark.parametrize(
    ("path", "item"),
    [
        (CHANGES, {"effective_on": "2026-02-01", "decile": 5}),
        (ASSIGNMENTS, {"facilitator_number": "P-2", "assigned_on": "2026-02-01"}),
        *[(path, {field: day}) for path, field, day in STEPS],
        ("/v1/exits", {"reason": "MOVED", "exited_on": "2026-02-01"}),
    ],
)
def test_every_door_knows_families_and_areas(ready: Door, path: str, item: dict[str, Any]) -> None:
    """A family of another district is answered like an unknown one."""
    elsewhere = {"nomor_keluarga": "KPM-2", "kode_desa": ELSEWHERE, "nomor_pendamping": ""}
    ready.upload("/v1/imports/families", a_family_list(elsewhere))
    results = ready.items(
        path, of_family("KPM-404", **item), of_family("KPM-2", **item), token="jember"
    )
    assert codes(results) == ["NOT_FOUND", "NOT_FOUND"]


def test_a_day_far_ahead_is_refused_at_every_door(ready: Door) -> None:
    """A mistyped year is no fact, and neither is tomorrow."""
    for day in ("2062-02-01", "2026-07-02"):
        item = of_family(reason="MOVED", exited_on=day)
        (result,) = ready.items("/v1/exits", item)
        assert (result["code"], result["field"]) == ("TIME_FUTURE", "exited_on")
        assert "2026-07-01" in result["message"]
        assert day not in result["message"]
    assert codes(ready.items("/v1/exits", of_family(reason="MOVED", exited_on="2026-07-01"))) == [
        "accepted"
    ]


def test_a_version_is_announced_beforehand_and_published_today(ready: Door) -> None:
    """It may take effect next month; its event lies not ahead of what has happened."""
    path = "/v1/families/changes"
    far = of_family(decile=5, effective_on="2027-07-03")
    assert codes(ready.items(path, far)) == ["TIME_FUTURE"]
    soon = of_family(decile=5, effective_on="2026-08-01")
    assert codes(ready.items(path, soon)) == ["accepted"]
    assert ready.events()[-1].time == noon(date(2026, 7, 1))


def test_a_target_is_set_for_next_year_and_not_for_later(ready: Door) -> None:
    """What is announced has its own bound."""
    targets = [
        {"facilitator_number": "P-1", "year": year, "target": 9} for year in (2027, 2028, 2006)
    ]
    results = ready.items("/v1/targets", *targets)
    assert codes(results) == ["accepted", "TIME_FUTURE", "DATE_IMPLAUSIBLE"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda body: body["items"][0].update(surprise=1), 422),
        (lambda body: body["items"][0].update(decile="5"), 422),
        (lambda body: body.update(items=[]), 422),
        (lambda body: body.update(items=[{}] * 1001), 422),
    ],
)
def test_a_broken_shape_refuses_the_whole_batch(
    ready: Door, change: Callable[[dict[str, Any]], object], status: int
) -> None:
    """The sender's program is wrong: nothing is half done."""
    body: dict[str, Any] = {"items": [of_family(effective_on="2026-02-01", decile=5)]}
    change(body)
    before = len(ready.events())
    assert status == ready.post(CHANGES, body).status_code
    assert before == len(ready.events())


def test_a_reader_cannot_write(ready: Door) -> None:
    """The scope decides."""
    body = {"items": [of_family(effective_on="2026-02-01", decile=5)]}
    assert ready.post(CHANGES, body, token="reader").status_code == 403


def test_one_key_has_one_effect(ready: Door) -> None:
    """Many posts of one request at once: one fact, the same answer for all."""
    body = {"items": [of_family(effective_on="2026-02-01", decile=5)]}
    before = len(ready.events())
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ready.post(CHANGES, body, key="one"), range(24)))
    assert {200} == {answer.status_code for answer in answers}
    assert len({answer.text for answer in answers}) == 1
    assert before + 1 == len(ready.events())


def test_a_key_is_not_used_for_another_body(ready: Door) -> None:
    """A client that mixes up its keys gets a conflict."""
    ready.post(CHANGES, {"items": [of_family(effective_on="2026-02-01", decile=5)]}, key="one")
    other = {"items": [of_family(effective_on="2026-02-01", decile=6)]}
    answer = ready.post(CHANGES, other, key="one")
    assert answer.json()["code"] == "IDEMPOTENCY_MISMATCH"
