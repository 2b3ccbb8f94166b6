"""Every door of every service x every scope and area outside the caller's.

The doors are those of `app.build`: one that is not in the table below fails the first test.
"""

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi.routing import iter_route_contexts
from httpx import Response

from lintas.registry import lists_of
from shared.application.listed import ListedItem
from shared.application.lists import ListOf
from shared.desk.draft_routes import draft_routes
from shared.desk.list_routes import list_routes
from shared.desk.months import month_pages
from shared.desk.page_routes import page_routes
from shared.http.cursors import cursor_after
from tests.kit import twin_districts as worlds
from tests.kit.door import Door
from tests.kit.twin_districts import HERE, NOBODY, SERVICES, THEM, US, Side, open_service, settle

OPERATIONS = {"/openapi.json", "/docs"} | {
    f"/docs/{name}" for name in ("swagger-ui.css", "swagger-ui-bundle.js", "start.js")
}
UNKNOWN_ID = "01890000-0000-7000-8000-000000000000"
NUMBERED, PLACED, BLIND = "NOT_FOUND", "AREA_FORBIDDEN", "accepted"
"""What a number outside, a place outside, and a person with a right outside is answered with."""


@dataclass(frozen=True)
class Case:
    """One request of Jember's token about the other side, and about what is nowhere."""

    door: str
    code: str
    asked: Callable[[Side], Any]
    scope: str = "write"


def _step(path: str, **fields: Any) -> Case:
    """A step of a family."""
    return Case(
        f"POST {path}", NUMBERED, lambda side: {"family_number": side.number("KPM")} | fields
    )


def _member(path: str, field: str) -> Case:
    return Case(
        f"POST /v1/memberships/{path}",
        NUMBERED,
        lambda side: worlds.member(side) | {field: "2026-05-01"},
    )


def _area(path: str, scope: str = "read") -> Case:
    return Case(
        f"GET {path}",
        PLACED,
        lambda side: {"area": side.district if side is THEM else "99.99"},
        scope,
    )


def _taken(make: Callable[..., Any]) -> Callable[[Side], Any]:
    """Something new of their place: under a number of theirs, or under one of nobody."""
    return lambda side: make(THEM, side)


def _reporting(name: str, word: str) -> tuple[Case, ...]:
    """What every ministry reports, about their district: regions are public."""
    path, there = "POST /v1/reports", worlds.report(THEM, name)
    imported, month = "POST /v1/imports", f"{THEM.district},2026-06"
    asked: dict[str, Any] = {
        f"{path}/obligations": worlds.obligation(THEM, name),
        f"{path}/closings": there,
        f"{path}/reopenings": there | {"reason": "LATE"},
        f"{path}/declarations": worlds.declared(THEM),
        f"{imported}/obligations": (
            f"daftar,kode_kabupaten,bulan_pertama,bulan_terakhir\n{word},{month},\n"
        ),
        f"{imported}/closings": f"daftar,kode_kabupaten,bulan,nihil\n{word},{month},\n",
        f"{imported}/reopenings": (
            f"daftar,kode_kabupaten,bulan,penutupan_ke,alasan\n{word},{month},1,terlambat\n"
        ),
        f"{imported}/declarations": (
            f"ukuran,kode_kabupaten,bulan,jumlah\nKELUARGA_BERGABUNG,{month},9\n"
        ),
    }
    cases = (Case(door, PLACED, partial(_always, one)) for door, one in asked.items())
    return (*cases, _area("/v1/reports/open"), _area("/v1/reports/closed"))


def _always(asked: Any, _side: Side) -> Any:
    return asked


_NUMBERS = {
    "nomor_keluarga": "KPM", "nomor_pendamping": "P", "nomor_koperasi": "KMP", "nomor_sesi": "S",
}  # fmt: skip
"""Columns of lists that name a thing of a side, and its kind."""
_PLACES = {"groups": PLACED, "completions": BLIND}
"""Lists that name a place of theirs, and the one about a person with a right there."""


def _row(service: str, one: ListOf[Any], side: Side) -> str:
    """The example of a list about their side, or about what is nowhere."""
    numbers = _NUMBERS | {"nomor_kelompok": "G" if service == "training" else "UP2K"}
    about = {column: side.number(kind) for column, kind in numbers.items()}
    about |= {"kode_desa": THEM.village, "kode_kabupaten": THEM.district, "nik": side.nik(1)}
    filled = {name: about.get(name, cell) if cell else "" for name, cell in one.example.items()}
    return f"{';'.join(filled)}\n{';'.join(filled.values())}\n"


def _listed(service: str) -> tuple[Case, ...]:
    """The lists that say what an item says: they name the same numbers, in columns."""
    return tuple(
        Case(f"POST {one.path}", _PLACES.get(one.name, NUMBERED), partial(_row, service, one))
        for one in lists_of(service)
        if issubclass(one.row, ListedItem) or one.name == "group-attendance"
    )


TABLE: dict[str, tuple[Case, ...]] = {
    "beneficiary": (
        _step("/v1/families/changes", effective_on="2026-05-01", decile=5),
        _step("/v1/assignments", facilitator_number="P-35.09", assigned_on="2026-05-01"),
        Case(
            "POST /v1/assignments",
            NUMBERED,
            lambda side: {
                "family_number": "NEW-35.09",
                "facilitator_number": side.number("P"),
                "assigned_on": "2026-05-01",
            },
        ),
        _step("/v1/graduations/proposals", proposed_on="2026-05-01"),
        _step("/v1/graduations/verifications", verified_on="2026-05-01"),
        _step("/v1/graduations/approvals", approved_on="2026-05-01"),
        _step("/v1/referrals", issued_on="2026-05-01"),
        _step("/v1/training-offers", offered_on="2026-05-01", answer="WANTS"),
        _step("/v1/visits", visited_on="2026-06-06", outcome="NOT_FOUND"),
        _step("/v1/exits", reason="NATURAL", exited_on="2026-05-01"),
        Case(
            "POST /v1/targets",
            NUMBERED,
            lambda side: {"facilitator_number": side.number("P"), "year": 2026, "target": 9},
        ),
        Case(
            "POST /v1/referrals/runs",
            PLACED,
            lambda side: {"area": "35.13" if side is THEM else "35.14", "issued_on": "2026-05-01"},
        ),
        Case(
            "POST /v1/imports/facilitators",
            PLACED,
            _taken(lambda them, side: worlds.facilitators(them, side.number("P"))),
        ),
        Case(
            "POST /v1/imports/families",
            PLACED,
            lambda side: worlds.families(THEM, "KPM", 1, side.number("P")),
        ),
        Case(
            "POST /v1/imports/families",
            NUMBERED,
            lambda side: worlds.families(US, "FRESH", 7, side.number("P")),
        ),
        _step("/v1/referrals/contacts", contacted_on="2026-05-01", channel="VISIT"),
        _step("/v1/referrals/interests", interested_on="2026-05-01"),
        _step("/v1/referrals/declines", declined_on="2026-05-01", reason="NO_TIME"),
        Case("POST /v1/imports/referral-outcomes", NUMBERED, worlds.outcomes),
        Case(
            "POST /v1/programme-targets",
            PLACED,
            lambda side: worlds.programme_target(THEM, 2026 if side is THEM else 2025),
        ),
        Case(
            "POST /v1/imports/programme-targets",
            PLACED,
            lambda side: worlds.programme_targets(THEM, 2026 if side is THEM else 2025),
        ),
        Case("POST /v1/corrections", NUMBERED, lambda side: side),
        _area("/v1/readiness"),
        *_reporting("FAMILIES", "KELUARGA"),
        *_listed("beneficiary"),
        Case("GET /v1/families/{number:path}", NUMBERED, lambda side: side.number("KPM"), "read"),
        Case("GET /v1/family-identities/{number:path}", NUMBERED, lambda side: side.number("KPM")),
        Case("GET /v1/history", NUMBERED, lambda side: {"of": side.number("KPM")}, "read"),
        _area("/v1/contacts"),
        _area("/v1/untrained"),
        _area("/v1/families"),
        _area("/v1/facilitators"),
        _area("/v1/graduations/cases"),
        _area("/v1/visits/due"),
    ),
    "cooperative": (
        Case(
            "POST /v1/memberships/applications", NUMBERED, lambda side: worlds.application(side, 3)
        ),
        Case(
            "POST /v1/consents",
            NUMBERED,
            lambda side: worlds.member(side) | {"consent": worlds.application(side)["consent"]},
        ),
        Case("POST /v1/annual-meetings", NUMBERED, worlds.meeting),
        Case("POST /v1/member-targets", NUMBERED, worlds.target),
        Case(
            "POST /v1/imports/annual-meetings",
            NUMBERED,
            lambda side: (
                f"nomor_koperasi,tahun_buku,tanggal_rapat\n{side.number('KMP')},2025,2026-02-01\n"
            ),
        ),
        Case(
            "POST /v1/imports/member-targets",
            NUMBERED,
            lambda side: f"nomor_koperasi,tahun,target_anggota\n{side.number('KMP')},2026,200\n",
        ),
        _member("approvals", "approved_on"),
        _member("activations", "activated_on"),
        _member("lapses", "lapsed_on"),
        _member("resignations", "resigned_on"),
        _member("reinstatements", "reinstated_on"),
        Case("POST /v1/memberships/activity", NUMBERED, worlds.activity),
        Case(
            "POST /v1/memberships/benefits",
            NUMBERED,
            lambda side: worlds.member(side, kind="CREDIT", granted_on="2026-05-01"),
        ),
        Case(
            "POST /v1/cooperatives/mentoring",
            NUMBERED,
            lambda side: worlds.support(side, "mentored_on"),
        ),
        Case(
            "POST /v1/cooperatives/capital",
            NUMBERED,
            lambda side: worlds.support(side, "granted_on"),
        ),
        Case(
            "POST /v1/cooperatives/statuses",
            NUMBERED,
            lambda side: {
                "cooperative_number": side.number("KMP"),
                "status": "SUSPENDED",
                "effective_on": "2026-05-01",
            },
        ),
        Case(
            "POST /v1/groups",
            PLACED,
            _taken(lambda them, side: worlds.group(them, group_number=side.number("UP2K"))),
        ),
        Case(
            "POST /v1/groups/statuses",
            NUMBERED,
            lambda side: {
                "group_number": side.number("UP2K"),
                "status": "COOPERATIVE",
                "effective_on": "2026-05-01",
            },
        ),
        Case("POST /v1/groups/members", NUMBERED, worlds.group_member),
        Case(
            "POST /v1/groups/departures",
            NUMBERED,
            lambda side: worlds.group_member(side, left_on="2026-05-01"),
        ),
        Case("POST /v1/groups/successors", NUMBERED, worlds.succession),
        Case("POST /v1/groups/cooperatives", NUMBERED, worlds.group_cooperative),
        Case(
            "POST /v1/imports/cooperatives",
            PLACED,
            _taken(lambda them, side: worlds.cooperatives(them, side.number("KMP"))),
        ),
        Case(
            "POST /v1/imports/members",
            NUMBERED,
            lambda side: (
                "nomor_koperasi,nik,nama,telepon,tanggal_daftar,tanggal_disetujui,"
                "tanggal_aktif,pernyataan_sukarela,bentuk_persetujuan,versi_persetujuan,tanggal_persetujuan\n"
                f"{side.number('KMP')},{US.nik(5)},Budi,,2026-03-01,,,ya,ELECTRONIC,koperasi/3,2026-03-01\n"
            ),
        ),
        Case("POST /v1/corrections", NUMBERED, lambda side: side),
        Case("GET /v1/member-identities/{membership}", NUMBERED, lambda side: side),
        Case("GET /v1/history", NUMBERED, lambda side: {"of": side.number("KMP")}, "read"),
        _area("/v1/candidates"),
        _area("/v1/cooperatives"),
        _area("/v1/groups"),
        _area("/v1/memberships"),
        _area("/v1/memberships/waiting"),
        _area("/v1/memberships/without-savings"),
        *_reporting("MEMBERS", "ANGGOTA"),
        *_listed("cooperative"),
    ),
    "training": (
        Case(
            "POST /v1/sessions",
            PLACED,
            _taken(lambda them, side: worlds.session(them, session_number=side.number("S"))),
        ),
        Case(
            "POST /v1/sessions",
            PLACED,
            lambda side: worlds.session(
                US,
                session_number="S-9",
                participants=[
                    {
                        "category": "LOCAL_AGENCY",
                        "subdistrict": "35.13.15" if side is THEM else "35.13.01",
                        "count": 3,
                    }
                ],
            ),
        ),
        Case(
            "POST /v1/sessions",
            NUMBERED,
            lambda side: worlds.session(US, session_number="S-8", group_number=side.number("G")),
        ),
        Case(
            "POST /v1/family-groups",
            PLACED,
            _taken(lambda them, side: worlds.family_group(them, group_number=side.number("G"))),
        ),
        Case("POST /v1/family-groups/families", NUMBERED, worlds.group_family),
        Case(
            "POST /v1/imports/family-groups",
            PLACED,
            lambda side: (
                "nomor_kelompok,kode_desa,tanggal_dibentuk\n"
                f"{side.number('G')},{THEM.village},2026-01-05\n"
            ),
        ),
        Case(
            "POST /v1/imports/group-families",
            NUMBERED,
            lambda side: (
                f"nomor_kelompok,nomor_keluarga,berlaku_sejak\n{side.number('G')},KPM-1,2026-01-05\n"
            ),
        ),
        Case(
            "POST /v1/attendance",
            NUMBERED,
            lambda side: {"session_number": side.number("S"), "family_number": "KPM-1"},
        ),
        Case("POST /v1/completions", BLIND, lambda side: worlds.completion(side, "PLT-NEW")),
        Case(
            "POST /v1/imports/attendance",
            NUMBERED,
            lambda side: f"nomor_sesi,nomor_keluarga,nik\n{side.number('S')},KPM-1,\n",
        ),
        Case("POST /v1/corrections", NUMBERED, lambda side: side),
        Case("POST /v1/entitlements/completions", NUMBERED, worlds.right),
        Case("GET /v1/history", NUMBERED, lambda side: {"of": side.number("S")}, "read"),
        _area("/v1/entitlements"),
        _area("/v1/entitlements/ending"),
        _area("/v1/family-groups"),
        _area("/v1/family-groups/without-session"),
        _area("/v1/sessions"),
        *_reporting("SESSIONS", "SESI"),
        *_listed("training"),
    ),
    "monitoring": (
        Case("POST /v1/releases", PLACED, lambda _side: {"cause": "OTHER"}, "release"),
        Case(
            "GET /v1/exact/{indicator}",
            PLACED,
            lambda side: {"region": side.district if side is THEM else "99.99"},
            "exact",
        ),
        Case(
            "GET /v1/exact/{indicator}/facilitators",
            PLACED,
            lambda side: {"region": side.district if side is THEM else "99.99", "year": "2026"},
            "exact",
        ),
        _area("/v1/reporting/nil", "exact"),
    ),
}
PUBLIC = {
    "GET /", "GET /v1/indicators", "GET /v1/releases", "GET /v1/releases/latest",
    "GET /v1/releases/{number}/{name}", "GET /v1/releases/{number}", "GET /v1/data", "GET /v1/keys",
    "GET /v1/releases/latest/{name}", "GET /v1/releases/{number}/districts/{name}",
    "GET /v1/watermarks", "GET /v1/reporting", "GET /v1/reporting/open", "GET /v1/cuts",
    "GET /static/lintas.svg",
}  # fmt: skip
"""Monitoring's doors that need no token: nothing behind them is anybody's own."""
OWN = {"GET /v1/submissions"}
"""Doors that name nothing: each caller gets what is the own (`tests/unit/desk/test_sent.py`)."""
DESK = {
    "GET /desk", "GET /desk/sign-in", "POST /desk/sign-in", "POST /desk/sign-out",
    "GET /desk/link/{secret}", "POST /desk/link/{secret}", "GET /desk/openid", "GET /desk/openid/back",
}  # fmt: skip
"""Doors of the ministries' desks: a session opens them, not a token (`tests/unit/desk`)."""


def _pages(service: str) -> set[str]:
    """Doors of what a service declares for its desk."""
    desk = importlib.import_module(f"services.{service}.desk").DESK
    pages = desk.pages + month_pages(f"{service}:read", f"{service}:write")
    routers = page_routes(pages), list_routes(desk.lists), draft_routes(desk.lists)
    routes: list[Any] = [route for router in routers for route in router.routes]
    return {f"{method} {route.path}" for route in routes for method in route.methods}


CASES = [(service, case) for service, cases in TABLE.items() for case in cases]


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Door]]:
    """Every service with the same things on both sides."""
    folders: dict[str, Path] = {name: tmp_path_factory.mktemp(name) for name in SERVICES}
    opened = {name: open_service(folder, name) for name, folder in folders.items()}
    for name in TABLE:
        if name != "monitoring":
            settle(opened[name], name, folders[name])
    one = opened["beneficiary"]
    total = one.upload("/v1/imports/families", worlds.families(US, "NEW", 3))[-1]
    assert total["accepted"] == 1
    yield opened
    for door in opened.values():
        door.engine.dispose()


def routes(door: Door) -> set[str]:
    """Method and path of every door of a service, without those for its operators."""
    served: Any = door.client.app
    return {
        f"{method} {route.path}"
        for route in iter_route_contexts(served.routes)
        if route.path not in OPERATIONS
        and not str(route.path).startswith(("/static/page-", "/desk/static/"))
        for method in (route.methods or set()) - {"HEAD"}
    }


def send(door: Door, case: Case, side: Side, token: str | None) -> Response:
    """The request of a case about one side."""
    method, _, path = case.door.partition(" ")
    header = {"Authorization": f"Bearer {token}"} if token else {}
    asked = case.asked(side)
    if method == "GET":
        named = asked if isinstance(asked, str) else "08" if "facilitators" in path else "01"
        address = path.replace("{number:path}", named).replace("{indicator}", named)
        if isinstance(asked, Side):
            address = path.replace("{membership}", _membership(door, asked))
        query = asked if isinstance(asked, dict) else None
        answer: Response = door.client.get(address, params=query, headers=header)
        return answer
    if isinstance(asked, str):
        header |= {"Content-Type": "text/csv"}
        return _response(door.client.post(path, content=asked.encode(), headers=header))
    header |= {"Idempotency-Key": f"{case.door}-{side.district}-{token}-{id(case)}"}
    return _response(door.client.post(path, json=_body(door, path, asked), headers=header))


def _membership(door: Door, side: Side) -> str:
    """How an address names a membership of a side; of nobody's, one that there never was."""
    if side is NOBODY:
        return cursor_after(UUID(UNKNOWN_ID))
    found = door.get(f"/v1/memberships?area={side.district}").json()["memberships"]
    return str(found[0]["id"])


def _response(answer: Any) -> Response:
    found: Response = answer
    return found


def _body(door: Door, path: str, asked: Any) -> Any:
    if isinstance(asked, Side):
        theirs = [
            one
            for one in door.events()
            if one.data.model_dump(mode="json").get("region") == asked.village
        ]
        wrong = str(theirs[0].id) if asked is THEM else UNKNOWN_ID
        return {"event_id": wrong, "reason": "DATA_ENTRY"}
    whole = path in ("/v1/referrals/runs", "/v1/releases")
    return asked if whole else {"items": [asked]}


def seen(answer: Response) -> tuple[int, str, str]:
    """Status, type and text of an answer, without the id of what was made."""
    text = answer.text
    for line in text.splitlines():
        for part in line.split('"'):
            text = (
                text.replace(part, "ID")
                if len(part) == len(UNKNOWN_ID) and part.count("-") == 4
                else text
            )
    return answer.status_code, answer.headers["content-type"], text


@pytest.mark.parametrize("service", SERVICES)
def test_every_door_is_in_the_table(doors: dict[str, Door], service: str) -> None:
    """A new door needs a line that says what it answers outside the caller's area."""
    others = PUBLIC if service == "monitoring" else DESK | OWN | _pages(service)
    listed = {case.door for case in TABLE[service]} | others
    assert routes(doors[service]) == listed | {f"GET {path}" for path in templates(service)}


def templates(service: str) -> list[str]:
    """Where the templates of a service's lists are: alike for every area."""
    return [f"{one.path}/template.xlsx" for one in lists_of(service)]


@pytest.mark.parametrize("service", [name for name in SERVICES if templates(name)])
def test_a_template_is_for_whoever_may_send_the_list(doors: dict[str, Door], service: str) -> None:
    """Any area; no other scope."""
    door, own = doors[service], f"only {service}:write"
    for path in templates(service):
        assert door.client.get(path).status_code == 401
        others = [name for name in door.tokens if name.startswith("only") and name != own]
        for name in ("another service", *others):
            assert door.get(path, token=name).status_code == 403
        assert door.get(path, token=own).status_code == 200


@pytest.mark.parametrize(("service", "case"), CASES, ids=lambda one: getattr(one, "door", one))
def test_every_door_wants_a_token_with_its_own_scope(
    doors: dict[str, Door], service: str, case: Case
) -> None:
    """Without a token, with an unknown one, with every other scope: refused, nothing is staged."""
    door = doors[service]
    before = len(door.events())
    own = f"only {service}:{case.scope}"
    others = [name for name in door.tokens if name.startswith("only") and name != own]
    for token, status in [
        (None, 401),
        ("lintas_" + "x" * 43, 401),
        (door.tokens["another service"], 403),
        *((door.tokens[name], 403) for name in others),
    ]:
        assert send(door, case, THEM, token).status_code == status
    assert own in door.tokens
    assert len(door.events()) == before


@pytest.mark.parametrize(("service", "case"), CASES, ids=lambda one: getattr(one, "door", one))
def test_what_exists_elsewhere_is_answered_like_what_does_not_exist(
    doors: dict[str, Door], service: str, case: Case
) -> None:
    """The same status, code and text; nothing is staged but what does not concern the other area."""
    door = doors[service]
    before = len(door.events())
    there = send(door, case, THEM, door.tokens[HERE])
    nowhere = send(door, case, NOBODY, door.tokens[HERE])
    assert case.code in there.text
    assert seen(there) == seen(nowhere)
    assert len(door.events()) - before == (2 if case.code == BLIND else 0)
