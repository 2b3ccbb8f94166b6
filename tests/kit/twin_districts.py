"""A small world in Jember and its twin in Probolinggo, in every service, as `app.build` makes it."""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from fastapi.testclient import TestClient

from lintas.registry import CARDS
from services.cooperative.candidates import on_referrals
from services.training.service import on_memberships
from shared.database.engine import SHARED_METADATA, transaction
from shared.events.base import BusinessType, DecileBand, Payload
from shared.events.beneficiary import ReferralIssued
from shared.events.catalogue import TYPE_OF
from shared.events.cooperative import MembershipActivated
from shared.events.envelope import Event
from shared.security.identity import NationalId
from shared.security.keys import init_keys, load_pseudonymiser
from shared.security.tokens import issue
from tests import parts
from tests.kit.door import ANYONE, NOW, Door
from tests.kit.families import a_family_list

SERVICES = tuple(sorted(CARDS))
JEMBER, PROBOLINGGO, NOWHERE = "35.09", "35.13", "none"
VILLAGES = {JEMBER: "35.09.30.2009", PROBOLINGGO: "35.13.15.2017"}
NEIGHBOURS = {JEMBER: "35.09.30.2001", PROBOLINGGO: "35.13.15.2001"}
HERE = "here"
"""The token of Jember with every scope of a service."""
THERE = "there"
"""The same of Probolinggo."""


@dataclass(frozen=True)
class Side:
    """The numbers of one district; those of `NOWHERE` were never recorded."""

    district: str

    @property
    def village(self) -> str:
        """A village of the district; Jember's for what does not exist."""
        return VILLAGES.get(self.district, VILLAGES[JEMBER])

    def number(self, kind: str) -> str:
        """The number under which a thing of this district is recorded."""
        return f"{kind}-{self.district}"

    def nik(self, who: int) -> str:
        """A person of this district, by an unassigned kecamatan code."""
        place = {JEMBER: 1, PROBOLINGGO: 2, NOWHERE: 3}[self.district]
        return f"35099045118{place}{who:04}"

    def uuid(self, what: int) -> UUID:
        """An id that another ministry gave in this district."""
        return UUID(int={JEMBER: 1000, PROBOLINGGO: 2000, NOWHERE: 3000}[self.district] + what)


US, THEM, NOBODY = Side(JEMBER), Side(PROBOLINGGO), Side(NOWHERE)


def open_service(tmp_path: Path, service: str) -> Door:
    """The doors of a service over empty tables, with a token for each scope and area."""
    keys = tmp_path / "keys"
    init_keys(keys, [service])
    app = importlib.import_module(f"services.{service}.app")
    tables = importlib.import_module(f"services.{service}.tables")
    kind = app.build.__annotations__["settings"]
    own = {"log": tmp_path / "log"} if "log" in kind.model_fields else {}
    built = app.build(kind(keys=keys, database=parts.current().fresh_database(), **own))
    tables.METADATA.create_all(built.engine)
    SHARED_METADATA.create_all(built.engine)
    built.api.state.clock = lambda: NOW
    return Door(
        TestClient(built.api, raise_server_exceptions=False), built.engine, _tokens(keys, service)
    )


def _tokens(keys: Path, service: str) -> dict[str, str]:
    path, first, second = keys / service / "tokens.json", *CARDS[service].scopes
    wanted = {
        ANYONE: ([first, second], ["*"]),
        HERE: ([first, second], [JEMBER]),
        THERE: ([first, second], [PROBOLINGGO]),
        f"only {first}": ([first], ["*"]),
        f"only {second}": ([second], ["*"]),
        "another service": (["another:write", "another:read"], ["*"]),
    }
    end = NOW + timedelta(days=30)
    return {
        name: issue(
            path, name=name, agency="SOCIAL_AFFAIRS", scopes=scopes, areas=areas, expires=end
        )
        for name, (scopes, areas) in wanted.items()
    }


def settle(door: Door, service: str, tmp_path: Path) -> None:
    """Record the same things on both sides, in the words of a service."""
    keys = load_pseudonymiser(tmp_path / "keys", {})
    for side in (US, THEM):
        if service in _HEARD:
            hear_of(door, service, keys.person(NationalId(side.nik(1))), side)
        for path, items in _FACTS[service](side).items():
            for item in items:
                _accept(door, path, item)


def hear_of(door: Door, service: str, person: str, side: Side, number: int = 1) -> UUID:
    """Let a service hear of a person's referral or activation; gives its id."""
    hear, said = _HEARD[service]
    with transaction(door.engine) as connection:
        hear(connection, [_event(person, side.uuid(100 + number), said(side, side.uuid(number)))])
    return side.uuid(number)


def _accept(door: Door, path: str, item: Any) -> None:
    if isinstance(item, str):
        total = door.upload(path, item)[-1]
        assert total["rejected"] == 0, total
    elif path.endswith("/runs"):
        assert door.post(path, item).json()["referred"] >= 1
    else:
        (result,) = door.items(path, item)
        assert result["status"] == "accepted", (path, result)


def _event(person: str, id: UUID, data: Payload) -> Event:
    moment = datetime(2026, 3, 1, 5, tzinfo=UTC)
    trace = "00-" + "1" * 32 + "-" + "2" * 16 + "-01"
    return Event(
        id,
        "urn:lintas:x",
        TYPE_OF[type(data)],
        person,
        moment,
        moment,
        id.int,
        "urn:a",
        trace,
        data,
    )


def _referred(side: Side, id: UUID) -> ReferralIssued:
    return ReferralIssued(
        referral=id, family="k1." + "f" * 52, region=side.village,
        decile_band=DecileBand.D1_2, business_type=BusinessType.FOOD, rule="local-1",
        issued_on=datetime(2026, 2, 1, tzinfo=UTC).date(),
    )  # fmt: skip


def _activated(side: Side, id: UUID) -> MembershipActivated:
    return MembershipActivated(
        membership=id, cooperative=side.uuid(3), region=side.village,
        activated_on=datetime(2026, 2, 1, tzinfo=UTC).date(),
    )  # fmt: skip


def facilitators(side: Side, number: str | None = None) -> str:
    """A list of one facilitator."""
    return (
        "nomor_pendamping,nama,nik,telepon,kode_kabupaten,tahun,target\n"
        f"{number or side.number('P')},Sri,{side.nik(90)},,{side.village[:5]},2026,10\n"
    )


def families(side: Side, name: str, nik: int, facilitator: str | None = None) -> str:
    """A list of one family."""
    return a_family_list(
        {
            "nomor_keluarga": side.number(name),
            "nik_pengurus": side.nik(nik),
            "nik_anggota": "",
            "kode_desa": side.village,
            "nomor_pendamping": facilitator or side.number("P"),
        }
    )


def outcomes(side: Side) -> str:
    """A list of one contact of a referred person."""
    row = f"{side.number('KPM')},2026-05-01,CONTACTED,TELEPHONE,"
    return f"nomor_keluarga,tanggal,hasil,cara,alasan\n{row}\n"


def programme_target(side: Side, year: int) -> dict[str, Any]:
    """A target of a programme for a district."""
    return {
        "district": side.district, "programme": "PKH", "measure": "JOINED", "year": year,
        "value": 400,
    }  # fmt: skip


def programme_targets(side: Side, year: int) -> str:
    """A list of one such target."""
    row = f"{side.district},PKH,JOINED,{year},400"
    return f"kode_kabupaten,program,ukuran,tahun,target\n{row}\n"


def cooperatives(side: Side, number: str | None = None) -> str:
    """A list of one cooperative."""
    return (
        "nomor_koperasi,nama,jenis,kode_desa,tanggal_berdiri,status,tanggal_status\n"
        f"{number or side.number('KMP')},Satu,MERAH_PUTIH,{side.village},2025-06-02,REGISTERED,\n"
    )


def family_group(side: Side, **other: Any) -> dict[str, Any]:
    """A family group of a village."""
    return {
        "group_number": side.number("G"), "region": side.village, "formed_on": "2026-01-05"
    } | other  # fmt: skip


def group_family(side: Side) -> dict[str, Any]:
    """A family belongs to a family group."""
    return {
        "group_number": side.number("G"), "family_number": side.number("KPM"),
        "joined_on": "2026-01-05",
    }  # fmt: skip


def session(side: Side, **other: Any) -> dict[str, Any]:
    """A session of a village."""
    return {
        "session_number": side.number("S"), "activity": "P2K2", "district": side.village[:5],
        "region": side.village, "held_on": "2026-03-02", "modules": ["FAMILY_FINANCE"],
    } | other  # fmt: skip


def application(side: Side, who: int = 1) -> dict[str, Any]:
    """An application for membership."""
    return {
        "cooperative_number": side.number("KMP"), "national_id": side.nik(who), "name": "Siti",
        "applied_on": "2026-03-01", "voluntary_declaration": True,
        "consent": {
            "form": "ELECTRONIC", "text_version": "koperasi/3", "given_on": "2026-02-27",
        },
    }  # fmt: skip


def meeting(side: Side) -> dict[str, Any]:
    """The annual meeting of a cooperative."""
    return {"cooperative_number": side.number("KMP"), "year": 2025, "held_on": "2026-02-01"}


def target(side: Side) -> dict[str, Any]:
    """How many members a cooperative aims at."""
    return {"cooperative_number": side.number("KMP"), "year": 2026, "target": 200}


def group(side: Side, **other: Any) -> dict[str, Any]:
    """A group of a village."""
    return {
        "group_number": side.number("UP2K"), "status": "INCOME_GROUP", "region": side.village,
        "business_type": "10", "formed_on": "2026-01-05",
    } | other  # fmt: skip


def member(side: Side, who: int = 1, **step: str) -> dict[str, str]:
    """A step of a membership."""
    return {"cooperative_number": side.number("KMP"), "national_id": side.nik(who)} | step


def activity(side: Side, who: int = 1) -> dict[str, Any]:
    """A month of a member."""
    return member(side, who) | {"month": "2026-03", "savings_paid": True, "transacted": True}


def support(side: Side, day: str) -> dict[str, Any]:
    """Something that strengthens a cooperative."""
    kind = "LOAN" if day == "granted_on" else "BUSINESS"
    return {"cooperative_number": side.number("KMP"), "kind": kind, day: "2026-02-01"}


def succession(side: Side) -> dict[str, Any]:
    """A group goes on in another."""
    return {
        "group_number": side.number("UP2K"), "successor_number": side.number("UP2"),
        "kind": "SPLIT", "happened_on": "2026-03-01",
    }  # fmt: skip


def group_cooperative(side: Side) -> dict[str, Any]:
    """A group is a cooperative."""
    return {
        "group_number": side.number("UP2"), "cooperative_number": side.number("KMP"),
        "became_on": "2026-03-01",
    }  # fmt: skip


def group_member(side: Side, **left: str) -> dict[str, Any]:
    """Somebody takes a role in a business group, or leaves it."""
    who = {"group_number": side.number("UP2K"), "national_id": side.nik(1)}
    return who | (left or {"role": "CHAIR", "joined_on": "2026-01-12"})


def completion(side: Side, number: str = "", who: int = 1) -> dict[str, Any]:
    """A completed training."""
    return {
        "training_number": number or side.number("PLT"), "activity": "TRAINING",
        "national_id": side.nik(who), "completed_on": "2026-04-01",
    }  # fmt: skip


def right(side: Side) -> dict[str, Any]:
    """A completed training, by the activation that gave the right to it."""
    return {
        "event_id": str(side.uuid(101)), "training_number": "PLT-R", "activity": "TRAINING",
        "completed_on": "2026-05-01",
    }  # fmt: skip


def report(side: Side, name: str, **other: Any) -> dict[str, Any]:
    """A month of a list."""
    return {"list": name, "district": side.district, "month": "2026-06"} | other


def obligation(side: Side, name: str) -> dict[str, Any]:
    """A list that is reported this year."""
    return {"list": name, "district": side.district, "first_month": "2026-01"}


def declared(side: Side) -> dict[str, Any]:
    """An office's own count."""
    counted = {"measure": "JOINED_FAMILIES", "month": "2026-06", "count": 20}
    return counted | {"district": side.district}


def _reports(side: Side, name: str) -> dict[str, Sequence[Any]]:
    path = "/v1/reports"
    return {
        f"{path}/obligations": [obligation(side, name)],
        f"{path}/closings": [report(side, name)],
        f"{path}/reopenings": [report(side, name, reason="LATE")],
        f"{path}/declarations": [declared(side)],
    }


def _beneficiary(side: Side) -> dict[str, Sequence[Any]]:
    family = {"family_number": side.number("KPM")}
    left = {"family_number": side.number("OUT")}
    return {
        "/v1/imports/facilitators": [facilitators(side)],
        "/v1/imports/families": [families(side, "KPM", 1), families(side, "OUT", 2)],
        "/v1/families/changes": [family | {"effective_on": "2026-01-20", "decile": 4}],
        "/v1/referrals/runs": [{"area": side.district, "issued_on": "2026-02-01"}],
        "/v1/referrals/contacts": [family | {"contacted_on": "2026-02-03", "channel": "VISIT"}],
        "/v1/referrals/interests": [family | {"interested_on": "2026-02-04"}],
        "/v1/referrals/declines": [family | {"declined_on": "2026-02-05", "reason": "NO_TIME"}],
        "/v1/programme-targets": [programme_target(side, 2026)],
        "/v1/graduations/proposals": [family | {"proposed_on": "2026-02-02"}],
        "/v1/graduations/verifications": [family | {"verified_on": "2026-02-16"}],
        "/v1/graduations/approvals": [family | {"approved_on": "2026-03-04"}],
        "/v1/training-offers": [left | {"offered_on": "2026-02-10", "answer": "WANTS"}],
        "/v1/visits": [family | {"visited_on": "2026-06-05", "outcome": "NOT_FOUND"}],
        "/v1/exits": [left | {"reason": "NATURAL", "exited_on": "2026-03-01"}],
        **_reports(side, "FAMILIES"),
    }


def _cooperative(side: Side) -> dict[str, Sequence[Any]]:
    status = {"status": "OPERATING", "effective_on": "2025-08-01"}
    steps = "/v1/memberships"
    return {
        "/v1/imports/cooperatives": [cooperatives(side)],
        "/v1/cooperatives/statuses": [{"cooperative_number": side.number("KMP")} | status],
        "/v1/groups": [group(side), group(side, group_number=side.number("UP2"))],
        "/v1/groups/statuses": [
            {
                "group_number": side.number("UP2K"),
                "status": "PRE_COOPERATIVE",
                "effective_on": "2026-02-01",
            },
            {
                "group_number": side.number("UP2"),
                "status": "COOPERATIVE",
                "effective_on": "2026-02-01",
            },
        ],
        "/v1/groups/members": [group_member(side)],
        "/v1/groups/departures": [group_member(side, left_on="2026-06-01")],
        "/v1/groups/successors": [succession(side)],
        "/v1/groups/cooperatives": [group_cooperative(side)],
        "/v1/annual-meetings": [meeting(side)],
        "/v1/member-targets": [target(side)],
        f"{steps}/applications": [application(side), application(side, 2)],
        f"{steps}/approvals": [member(side, who, approved_on="2026-03-02") for who in (1, 2)],
        f"{steps}/activations": [member(side, who, activated_on="2026-03-03") for who in (1, 2)],
        f"{steps}/activity": [activity(side)],
        f"{steps}/benefits": [member(side, 1, kind="CREDIT", granted_on="2026-03-20")],
        f"{steps}/lapses": [member(side, 1, lapsed_on="2026-04-01")],
        f"{steps}/reinstatements": [member(side, 1, reinstated_on="2026-06-01")],
        f"{steps}/resignations": [member(side, 2, resigned_on="2026-04-01")],
        "/v1/cooperatives/mentoring": [support(side, "mentored_on")],
        "/v1/cooperatives/capital": [support(side, "granted_on")],
        **_reports(side, "MEMBERS"),
    }


def _training(side: Side) -> dict[str, Sequence[Any]]:
    attended = {"session_number": side.number("S"), "family_number": side.number("KPM")}
    return {
        "/v1/family-groups": [family_group(side)],
        "/v1/family-groups/families": [group_family(side)],
        "/v1/sessions": [session(side)],
        "/v1/attendance": [attended],
        "/v1/completions": [completion(side)],
        **_reports(side, "SESSIONS"),
    }


_FACTS = {"beneficiary": _beneficiary, "cooperative": _cooperative, "training": _training}
_HEARD: dict[str, Any] = {
    "cooperative": (on_referrals, _referred),
    "training": (on_memberships, _activated),
}
"""What a service hears from others."""
