"""Nothing that names a person leaves, and nothing that names a person lies open in a table."""

from shared.database.engine import snapshot
from shared.outbox.archive import everything
from tests.kit.door import Door
from tests.kit.families import ADDRESS, CARD, NAME, NEIGHBOUR, NIK, NIK_SON, PHONE
from tests.kit.graduating import correct, graduate, last, of_family
from tests.parts.stored import stored

NAMES_A_PERSON = (
    NIK,
    NIK_SON,
    NAME,
    CARD,
    PHONE,
    ADDRESS,
    "1982-11-05",
    "Lilik Rahayu",
    "3509905002900001",
    "081234567890",
)


def live_through(door: Door) -> None:
    """Let the example family go through every kind of fact."""
    change = of_family(effective_on="2026-01-20", region=NEIGHBOUR, national_ids=[NIK_SON, NIK])
    door.items("/v1/families/changes", change)
    door.items("/v1/assignments", of_family(facilitator_number="P-2", assigned_on="2026-01-21"))
    door.post("/v1/referrals/runs", {"area": "35.09", "issued_on": "2026-01-22"})
    approval = graduate(door)
    correct(door, approval)
    event_id, data = last(door, "enrolled")
    correct(door, event_id, data | {"region": NEIGHBOUR})


def test_no_personal_value_is_in_any_event(ready: Door) -> None:
    """Neither in the body nor in the key, and the ministry's own numbers stay home too."""
    live_through(ready)
    with snapshot(ready.engine) as connection:
        rows = list(everything(connection))
    assert len(rows) > 11
    for row in rows:
        text = row.key + row.body.decode()
        for value in (*NAMES_A_PERSON, "KPM-1", '"P-1"', '"decile":'):
            assert value not in text, value


def test_no_personal_value_lies_open_in_the_database(ready: Door) -> None:
    """A stolen database shows pseudonyms and sealed columns, in whatever page of whatever table."""
    live_through(ready)
    content = stored(ready.engine.url.render_as_string(hide_password=False))
    assert b"k1." in content
    for value in NAMES_A_PERSON:
        assert value.encode() not in content, value


def test_no_answer_shows_who_somebody_is(ready: Door) -> None:
    """Staff see the ministry's number and bands, not the identity behind them."""
    text = ready.get("/v1/families/KPM-1").text
    assert "A30_44" in text
    for value in NAMES_A_PERSON:
        assert value not in text, value
