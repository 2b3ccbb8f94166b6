"""A token for one person's own work: closed at every door but those that keep to the own work.

The same accounts at the desk: `tests/unit/desk/test_worklists_of_families.py`.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from sqlalchemy import select

from services.beneficiary.tables import facilitator
from shared.database.engine import snapshot
from shared.security.tokens import issue
from tests.kit.door import NOW, Door, codes
from tests.kit.families import FACILITATORS, a_family_list
from tests.kit.graduating import correct, last, of_family
from tests.kit.twin_districts import SERVICES, open_service

LILIK = "lilik"
"""The token of the facilitator P-1."""
ALIKE = {"GET /v1/submissions", "POST /v1/corrections"}
"""Doors of every ministry at which who sent something finds the own alone."""
OWN = {
    "beneficiary": ALIKE
    | {
        "GET /v1/contacts", "GET /v1/facilitators", "GET /v1/families", "GET /v1/graduations/cases",
        "GET /v1/families/{number:path}", "GET /v1/family-identities/{number:path}",
        "GET /v1/history", "GET /v1/readiness", "GET /v1/untrained", "GET /v1/visits/due",
        "POST /v1/training-offers", "POST /v1/visits", "POST /v1/graduations/proposals",
        "POST /v1/graduations/verifications", "POST /v1/referrals/contacts",
        "POST /v1/referrals/declines", "POST /v1/referrals/interests",
    },
    "cooperative": ALIKE,
    "training": ALIKE,
    "monitoring": {"GET /v1/exact/{indicator}", "GET /v1/exact/{indicator}/facilitators"},
}  # fmt: skip
"""By service the doors that such a token opens; a new door is closed until it is named here."""
OTHER = {"nomor_keluarga": "KPM-2", "nomor_kk": "3509901202100008", "nomor_pendamping": "P-2",
         "nik_pengurus": "3509904511820009", "nik_anggota": ""}  # fmt: skip


def issue_for(door: Door, folder: Path, service: str, subject: str) -> None:
    """A token of a person with every scope of the service, everywhere."""
    scopes = {"monitoring": ["exact", "release"]}.get(service, ["read", "write"])
    door.tokens[LILIK] = issue(
        folder / "keys" / service / "tokens.json", name=LILIK, agency="SOCIAL_AFFAIRS",
        scopes=[f"{service}:{verb}" for verb in scopes], areas=["*"],
        expires=NOW + timedelta(days=1), subject=subject,
    )  # fmt: skip


def doors_with_tokens(door: Door) -> set[str]:
    """Method and path of every door of a service that asks for a token."""
    served: Any = door.client.app
    found = {
        f"{method} {route.path}"
        for route in iter_route_contexts(served.routes)
        for method in (route.methods or set()) - {"HEAD"}
        if str(route.path).startswith("/v1/")
    }
    return {one for one in found if ask(door, one, None).status_code == 401}


def ask(door: Door, name: str, token: str | None) -> Any:
    """A request at a door, with nothing in it."""
    method, _, path = name.partition(" ")
    path = path.replace("{indicator}", "08").replace("{number:path}", "1")
    header = door.bearer(token) if token else {}
    return door.client.request(method, path, headers=header)


@pytest.mark.parametrize("service", SERVICES)
def test_a_door_is_closed_unless_it_keeps_to_the_own_work(tmp_path: Path, service: str) -> None:
    """403 OFFICE_ONLY at all others, before anything is read or said about what is asked."""
    door = open_service(tmp_path, service)
    issue_for(door, tmp_path, service, "01890000-0000-7000-8000-000000000001")
    asked = {name: ask(door, name, LILIK) for name in doors_with_tokens(door)}
    closed = {name for name, one in asked.items() if "OFFICE_ONLY" in one.text}
    assert {asked[name].status_code for name in closed} == {403}
    assert set(asked) - closed == OWN[service]
    door.engine.dispose()


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    """Two referred families of Jember, with P-1 and with P-2, and the token of P-1."""
    made = open_service(tmp_path, "beneficiary")
    made.upload("/v1/imports/facilitators", FACILITATORS)
    made.upload("/v1/imports/families", a_family_list({}, OTHER))
    made.post("/v1/referrals/runs", {"area": "35.09", "issued_on": "2026-03-01"})
    query = select(facilitator.c.id).where(facilitator.c.number == "P-1")
    with snapshot(made.engine) as connection:
        own = str(connection.execute(query).scalar_one())
    issue_for(made, tmp_path, "beneficiary", own)
    yield made
    made.engine.dispose()


@pytest.mark.parametrize("path", ["families", "contacts"])
def test_a_list_has_the_own_families_alone(door: Door, path: str) -> None:
    """The office sees both."""
    everything = door.get(f"/v1/{path}?area=35.09").json()["families"]
    own = door.get(f"/v1/{path}?area=35.09", token=LILIK).json()["families"]
    assert sorted(one["family_number"] for one in everything) == ["KPM-1", "KPM-2"]
    assert [one["family_number"] for one in own] == ["KPM-1"]


@pytest.mark.parametrize("path", ["families/KPM-2", "family-identities/KPM-2", "history?of=KPM-2"])
def test_another_ones_family_is_answered_like_one_that_there_never_was(
    door: Door, path: str
) -> None:
    """The same status and text; the own one is shown."""
    there = door.get(f"/v1/{path}", token=LILIK)
    nowhere = door.get(f"/v1/{path}".replace("KPM-2", "KPM-9"), token=LILIK)
    assert (there.status_code, there.text) == (404, nowhere.text)
    assert door.get(f"/v1/{path}".replace("KPM-2", "KPM-1"), token=LILIK).status_code == 200


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("graduations/proposals", {"proposed_on": "2026-06-01"}),
        ("referrals/contacts", {"contacted_on": "2026-06-01", "channel": "VISIT"}),
    ],
)
def test_a_step_is_recorded_of_the_own_family_alone(
    door: Door, path: str, fields: dict[str, str]
) -> None:
    """In one batch: the own one accepted, the other like one that nobody recorded."""
    items = [of_family(number, **fields) for number in ("KPM-1", "KPM-2", "KPM-9")]
    results = door.items(f"/v1/{path}", *items, token=LILIK)
    assert codes(results) == ["accepted", "NOT_FOUND", "NOT_FOUND"]


def test_only_what_the_token_itself_sent_is_taken_back(door: Door) -> None:
    """Of the own family too; what the office sent stays the office's."""
    proposal = of_family(proposed_on="2026-06-01")
    door.items("/v1/graduations/proposals", proposal, token=LILIK)
    own, _ = last(door, "graduation.proposed")
    enrolled, _ = last(door, "family.enrolled")
    assert correct(door, enrolled, token=LILIK)["code"] == "NOT_FOUND"
    assert correct(door, enrolled)["code"] != "NOT_FOUND"
    assert "id" in correct(door, own, token=LILIK)
