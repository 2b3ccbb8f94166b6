"""Corrections over HTTP: found in the archive, published about the same subject, own rows put right."""

from typing import Any

from shared.application.context import Keys
from shared.events.corrections import FactCorrected
from tests.kit.door import Door, codes, refused_days, untimely_corrections
from tests.kit.families import NEIGHBOUR, a_family_list
from tests.kit.graduating import correct, graduate, last, of_family

UNKNOWN = "01890000-0000-7000-8000-000000000000"


def family(door: Door, number: str = "KPM-1") -> dict[str, Any]:
    """A family as staff see it."""
    return dict(door.get(f"/v1/families/{number}").json())


def test_a_correction_is_published_under_the_same_subject(ready: Door) -> None:
    """It names the wrong event, its type and what counts instead, at the time of the fact."""
    event_id, data = last(ready, "enrolled")
    answer = correct(ready, event_id, data | {"region": NEIGHBOUR})
    wrong, staged = ready.events()[3], ready.events()[-1]
    assert isinstance(staged.data, FactCorrected)
    assert (answer["id"], wrong.subject, wrong.time) == (
        str(staged.id),
        staged.subject,
        staged.time,
    )
    assert (wrong.id, wrong.type) == (staged.data.corrected, staged.data.corrected_type)
    assert family(ready)["versions"][0]["region"] == NEIGHBOUR


def test_the_same_correction_again_changes_nothing(ready: Door) -> None:
    """It gets the id of the first."""
    event_id, data = last(ready, "enrolled")
    first = correct(ready, event_id, data | {"region": NEIGHBOUR})
    before = len(ready.events())
    assert first == correct(ready, event_id, data | {"region": NEIGHBOUR})
    assert before == len(ready.events())


def test_a_correction_can_be_corrected_by_correcting_the_event_again(ready: Door) -> None:
    """An assignment moved twice is where it was moved last."""
    event_id, data = last(ready, "assigned")
    for day in ("2026-02-01", "2026-03-01"):
        correct(ready, event_id, data | {"assigned_on": day})
    assert [day for day, _ in family(ready)["assignments"]] == ["2026-03-01"]


def test_what_was_taken_back_is_over(ready: Door) -> None:
    """The right fact is recorded as a new one."""
    event_id, data = last(ready, "assigned")
    correct(ready, event_id)
    assert correct(ready, event_id, data)["code"] == "TAKEN_BACK"


def test_an_enrolment_taken_back_frees_the_number(ready: Door) -> None:
    """First the assignment, then the enrolment; then the mended row is accepted."""
    enrolment = last(ready, "enrolled")[0]
    assert correct(ready, enrolment)["code"] == "CORRECTION_ORDER"
    correct(ready, last(ready, "assigned")[0])
    correct(ready, enrolment)
    assert ready.get("/v1/families/KPM-1").status_code == 404
    lines = ready.upload("/v1/imports/families", a_family_list({"desil": "4"}))
    assert lines[-1]["accepted"] == 1


def test_a_graduate_comes_back(ready: Door) -> None:
    """With the approval taken back the family takes steps again."""
    correct(ready, graduate(ready))
    change = of_family(effective_on="2026-04-01", decile=5)
    assert codes(ready.items("/v1/families/changes", change)) == ["accepted"]
    assert None is family(ready)["approved_on"]


def test_an_exit_taken_back_is_no_exit(ready: Door) -> None:
    """The same family may exit later."""
    (done,) = ready.items("/v1/exits", of_family(reason="MOVED", exited_on="2026-02-01"))
    correct(ready, done["id"])
    assert (family(ready)["exit_reason"], family(ready)["exited_on"]) == (None, None)


def test_a_version_taken_back_keeps_its_number(ready: Door) -> None:
    """The next change is version 3."""
    (done,) = ready.items("/v1/families/changes", of_family(effective_on="2026-02-01", decile=5))
    correct(ready, done["id"])
    ready.items("/v1/families/changes", of_family(effective_on="2026-02-01", decile=6))
    assert [one["version"] for one in family(ready)["versions"]] == [1, 2, 3]
    assert [one["taken_back"] for one in family(ready)["versions"]] == [False, True, False]


def test_a_target_is_put_right(staffed: Door) -> None:
    """The same value as after the correction is then a duplicate."""
    event_id, data = last(staffed, "target_set")
    correct(staffed, event_id, data | {"target": 9})
    item = {"facilitator_number": "P-3", "year": 2026, "target": 9}
    assert codes(staffed.items("/v1/targets", item)) == ["duplicate"]


def test_a_referral_taken_back_may_be_issued_again(ready: Door) -> None:
    """The family is considered by the next run."""
    run = {"area": "35.09", "issued_on": "2026-03-01"}
    ready.post("/v1/referrals/runs", run)
    correct(ready, last(ready, "issued")[0])
    assert ready.post("/v1/referrals/runs", run).json()["referred"] == 1


def test_a_replacement_must_fit_its_type(ready: Door) -> None:
    """Every broken field is named; nothing is staged."""
    event_id, data = last(ready, "enrolled")
    before = len(ready.events())
    answer = correct(ready, event_id, data | {"region": "Jember", "surprise": 1})
    assert {"replacement.region", "replacement.surprise"} == {
        one["field"] for one in answer["errors"]
    }
    assert before == len(ready.events())


def test_a_replacement_stays_with_its_record(ready: Door) -> None:
    """Another graduation or version would be another fact."""
    graduate(ready)
    event_id, data = last(ready, "approved")
    assert correct(ready, event_id, data | {"graduation": UNKNOWN})["code"] == "CORRECTION_SUBJECT"


def test_only_own_events_can_be_corrected(ready: Door) -> None:
    """An id that is not in the archive is not found."""
    assert correct(ready, UNKNOWN)["code"] == "NOT_FOUND"


def test_a_correction_is_not_corrected(ready: Door) -> None:
    """The first event is corrected again instead."""
    done = correct(ready, last(ready, "assigned")[0])
    assert correct(ready, done["id"])["code"] == "CONFLICT"


def test_corrections_keep_to_the_area(ready: Door) -> None:
    """A token of Jember does not mend Probolinggo's facts."""
    assert correct(ready, last_target(ready), token="jember")["code"] == "NOT_FOUND"


def last_target(door: Door) -> str:
    """Id of the target of Probolinggo's facilitator."""
    return last(door, "target_set")[0]


def test_staff_find_the_events_of_a_family(ready: Door, keys: Keys) -> None:
    """The ids are what a correction names."""
    shown = family(ready)
    assert keys.pseudonymiser.family("KPM-1") == shown["pseudonym"]
    assert [one["type"] for one in shown["events"]] == [
        "id.lintas.family.enrolled.v1",
        "id.lintas.facilitator.assigned.v1",
    ]
    assert last(ready, "enrolled")[0] == shown["events"][0]["id"]


def test_no_correction_moves_a_fact_to_a_day_that_cannot_be(ready: Door) -> None:
    """Every day of every kind of fact, far back and far ahead; nothing is staged and nothing moves."""
    ready.items("/v1/families/changes", of_family(decile=4, effective_on="2026-02-01"))
    graduate(ready)
    before = family(ready)
    assert untimely_corrections(ready) == refused_days(
        ("family.enrolled.v1", "enrolled_on"),
        ("family.changed.v1", "effective_on"),
        ("facilitator.assigned.v1", "assigned_on"),
        ("graduation.proposed.v1", "proposed_on"),
        ("graduation.verified.v1", "verified_on"),
        ("graduation.approved.v1", "approved_on"),
    )
    assert family(ready) == before
