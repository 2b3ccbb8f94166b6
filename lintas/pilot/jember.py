"""Jember: families and referrals, 248 village cooperatives of which 10 operate, members, training, the outreach."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from lintas.pilot.activity import Who, benefits_of, months_of, support_of
from lintas.pilot.files import Request, Upload, batches, write_csv
from lintas.pilot.groups import earlier_groups
from lintas.pilot.numbers import JEMBER, YEAR, Numbers
from lintas.pilot.people import People, Person
from lintas.pilot.probolinggo import DECILES, ENROLLED, FAMILY_COLUMNS, day_of_half_year, villages
from lintas.pilot.referrals import Client, outcomes
from shared.regions import RegionKind, Regions

COOPERATIVE_COLUMNS = (
    "nomor_koperasi", "nama", "jenis", "kode_desa", "tanggal_berdiri", "status", "tanggal_status",
)  # fmt: skip
MEMBER_COLUMNS = (
    "nomor_koperasi", "nik", "nama", "telepon", "tanggal_daftar", "tanggal_disetujui",
    "tanggal_aktif", "pernyataan_sukarela", "bentuk_persetujuan", "versi_persetujuan",
    "tanggal_persetujuan",
)  # fmt: skip
OPERATING_NAMES = ("Sumberbaru", "Bangsalsari", "Jenggawah", "Tempurejo", "Sukowono", "Silo")
"""Kecamatan that the article names; the other operating cooperatives follow in code order."""
FOUNDED = date(2025, 7, 21)
BUSINESS = ("01", "10", "11", "14", "16", "32", "47", "56", "", "")
LATE_SINCE = date(YEAR, 4, 6)
NEAR_PERCENT = 60
"""Share of the pilot's families that live in a village with an operating cooperative: an assumption."""


class Jember:
    """One district's half year; every choice comes from the given random sources.

    `life` is for what cooperatives record of their members, so that nothing else moves with it.
    """

    def __init__(self, numbers: Numbers, regions: Regions, random: Random, life: Random) -> None:
        self._numbers = numbers
        self._regions = regions
        self._random = random
        self._people = People(random)
        self._villages = villages(regions, JEMBER)
        self._operating = self._choose_operating()
        self._clients: list[Client] = []
        self._joined: list[tuple[str, Person, date]] = []
        self._before: set[str] = set()
        self._applied: dict[str, date] = {}
        self._members_before: list[Who] = []
        self._life = life

    def uploads(self, directory: Path) -> list[Upload]:
        """Write the three CSV files."""
        files = (
            (
                "cooperative",
                "cooperatives",
                "koperasi-jember",
                COOPERATIVE_COLUMNS,
                self._cooperatives(),
            ),
            ("beneficiary", "families", "keluarga-jember", FAMILY_COLUMNS, self._families()),
            ("cooperative", "members", "anggota-jember", MEMBER_COLUMNS, self._members()),
        )
        return [
            Upload(service, kind, path := directory / f"{name}.csv", write_csv(path, columns, rows))
            for service, kind, name, columns, rows in files
        ]

    def late_upload(self, directory: Path) -> Upload:
        """Write the families that a kecamatan sends after its months were closed; none has a business."""
        path = directory / "keluarga-jember-menyusul.csv"
        rows = write_csv(path, FAMILY_COLUMNS, self._late_families())
        return Upload("beneficiary", "families", path, rows)

    def requests(self) -> Iterator[Request]:
        """Referrals by kecamatan and what came of them, applications step by step, training, outreach, groups."""
        subdistricts = self._regions.children(JEMBER)
        issued = {code: date(YEAR, 1 + index % 2, 19) for index, code in enumerate(subdistricts)}
        for subdistrict, day in issued.items():
            body = {"area": subdistrict, "issued_on": day.isoformat()}
            yield Request("Rujukan", "beneficiary", "/v1/referrals/runs", body)
        yield from self._memberships()
        yield from months_of(self._members_before, self._numbers, self._life)
        yield from benefits_of(self._members_before, self._numbers, self._life)
        yield from support_of([_number(one) for one in self._operating], self._life)
        clients = [(one, self._applied.get(one.number)) for one in self._clients]
        yield from outcomes(clients, self._before, issued, self._numbers, self._random)
        yield from self._trainings()
        yield from self._groups()
        operating = [_number(one) for one in self._operating]
        women = People(self._life)
        yield from earlier_groups(self._villages, operating, self._numbers, women, self._life)

    def joined_by_may(self) -> int:
        """Families with a member at the end of May."""
        return len(self._before) + sum(day < date(YEAR, 6, 1) for _, _, day in self._joined)

    def _choose_operating(self) -> list[str]:
        subdistricts = sorted(
            self._regions.children(JEMBER),
            key=lambda code: (self._regions.name(code) not in OPERATING_NAMES, code),
        )
        chosen = subdistricts[: self._numbers.operating_cooperatives]
        return [
            "35.09.30.2009" if code == "35.09.30" else self._regions.children(code)[0]
            for code in chosen
        ]

    def _cooperatives(self) -> Iterator[tuple[object, ...]]:
        for village in self._villages:
            operating = village in self._operating
            kind = "Kelurahan" if self._regions.kind(village) is RegionKind.URBAN_WARD else "Desa"
            yield (_number(village), f"KMP {kind} {self._regions.name(village)}", "MERAH_PUTIH", village,
                   FOUNDED, "OPERATING" if operating else "REGISTERED",
                   date(2025, 11, 1) if operating else FOUNDED)  # fmt: skip

    def _late_families(self) -> Iterator[tuple[object, ...]]:
        for index in range(self._numbers.late_families):
            person = self._people.next(JEMBER, youngest=20, oldest=69)
            yield (f"PKH-3509-9{index + 1:05d}", f"350991{index:010d}", person.national_id,
                   person.name, person.born, "", self._people.address(), person.phone,
                   self._villages[0], "PKH", self._random.choice(DECILES),
                   LATE_SINCE + timedelta(days=index % 20), "", "")  # fmt: skip

    def _families(self) -> Iterator[tuple[object, ...]]:
        for index in range(self._numbers.jember_families):
            person = self._people.next(JEMBER, youngest=20, oldest=69)
            unknown = self._random.randint(1, 100) <= self._numbers.unknown_percent
            business = self._random.choice(BUSINESS)
            decile = self._random.choice(DECILES)
            village = self._home()
            partner = (
                self._people.next(JEMBER) if self._random.random() < 0.3 and not unknown else None
            )
            number = f"PKH-3509-{index + 1:06d}"
            self._clients.append(Client(number, person, village, unknown, decile, business))
            yield (number, f"350990{index:010d}",
                   "" if unknown else person.national_id, "" if unknown else person.name,
                   "" if unknown else person.born, partner.national_id if partner else "",
                   self._people.address(), "" if unknown else person.phone, village, "PKH", decile,
                   ENROLLED, "", business)  # fmt: skip

    def _home(self) -> str:
        if self._random.randint(1, 100) <= NEAR_PERCENT:
            return self._random.choice(self._operating)
        return self._random.choice(self._villages)

    def _members(self) -> Iterator[tuple[object, ...]]:
        """Those who were members before: some of them represent families of the programme."""
        near = [one for one in self._clients if one.village in self._operating and not one.unknown]
        wanted = self._numbers.members * self._numbers.joined_before_percent // 100
        before = self._random.sample(near, min(wanted, len(near)))
        others = self._numbers.members - len(before)
        people = [(one.person, one.village) for one in before] + [
            (self._people.next(JEMBER), self._random.choice(self._operating)) for _ in range(others)
        ]
        self._before = {one.number for one in before}
        self._members_before = [
            (_number(village), person.national_id) for person, village in people
        ]
        for person, village in people:
            joined = FOUNDED + timedelta(days=self._random.randint(10, 120))
            yield (_number(village), person.national_id, person.name,
                   person.phone, joined, joined + timedelta(days=7), joined + timedelta(days=14), "ya",
                   *_consent(joined).values())  # fmt: skip

    def _memberships(self) -> Iterator[Request]:
        applied: list[dict[str, Any]] = []
        approved: list[dict[str, Any]] = []
        activated: list[dict[str, Any]] = []
        lapsed: list[dict[str, Any]] = []
        for one in self._clients:
            village, person = one.village, one.person
            percent = self._numbers.applicants_percent if village in self._operating else 4
            if one.unknown or one.number in self._before:
                continue
            if self._random.randint(1, 100) > percent // 2:
                continue
            day = date(YEAR, 3, 1) + timedelta(days=self._random.randint(0, 90))
            self._applied[one.number] = day
            who = {"cooperative_number": _number(village), "national_id": person.national_id}
            applied.append(who | {"name": person.name, "applied_on": day.isoformat(),
                                  "voluntary_declaration": True,
                                  "consent": _consent(day)})  # fmt: skip
            if self._random.random() < 0.9:
                approved.append(who | {"approved_on": (day + timedelta(days=7)).isoformat()})
                if self._random.random() < 0.9:
                    day += timedelta(days=14)
                    activated.append(who | {"activated_on": day.isoformat()})
                    self._joined.append((_number(village), person, day))
        for number, person, day in self._joined:
            if self._random.random() < 0.03 and day < date(YEAR, 5, 1):
                lapsed.append({"cooperative_number": number, "national_id": person.national_id,
                               "lapsed_on": date(YEAR, 6, 15).isoformat()})  # fmt: skip
        steps = (
            ("applications", applied),
            ("approvals", approved),
            ("activations", activated),
            ("lapses", lapsed),
        )
        for name, items in steps:
            yield from batches("Keanggotaan", "cooperative", f"/v1/memberships/{name}", items)
        back = [{name: item[name] for name in ("cooperative_number", "national_id")}
                | {"reinstated_on": date(YEAR, 6, 25).isoformat()} for item in lapsed[::2]]  # fmt: skip
        yield from batches("Keanggotaan", "cooperative", "/v1/memberships/reinstatements", back)

    def _trainings(self) -> Iterator[Request]:
        completions = [
            {
                "training_number": f"LAT-{day + timedelta(days=wait):%Y%m}",
                "activity": "TRAINING",
                "national_id": person.national_id,
                "completed_on": (day + timedelta(days=wait)).isoformat(),
            }
            for _, person, day in self._joined
            if self._random.random() < 0.75 and (wait := self._random.randint(5, 100))
        ]
        yield from batches("Pelatihan", "training", "/v1/completions", completions)
        yield Request("Pelatihan", "training", "/v1/sessions", {"items": [self._outreach()]})

    def recorded_twice(self) -> Request:
        """The outreach, recorded again under another number by mistake."""
        again = self._outreach() | {"session_number": "BIMTEK-3509-1-ULANG"}
        return Request("Pelatihan", "training", "/v1/sessions", {"items": [again]})

    def _outreach(self) -> dict[str, Any]:
        subdistricts = self._regions.children(JEMBER)
        counted = [
            {"category": category, "subdistrict": code, "count": 1}
            for category in ("WOMENS_MOVEMENT_SUBDISTRICT", "POSYANDU_CADRE_SUBDISTRICT")
            for code in subdistricts
        ]
        counted += [{"category": f"WORKING_GROUP_{n}", "count": 8} for n in (1, 2, 3, 4)]
        rest = self._numbers.outreach_participants - sum(
            int(str(item["count"])) for item in counted
        )
        counted.append({"category": "LOCAL_AGENCY", "count": rest})
        return {"session_number": "BIMTEK-3509-1", "activity": "OUTREACH", "district": JEMBER,
                "held_on": date(YEAR, 2, 18).isoformat(), "participants": counted,
                "objectives": ["BUSINESS_MANAGEMENT", "WORK_QUALITY", "GROUP_COACHING", "GROUP_GROWTH"]}  # fmt: skip

    def _groups(self) -> Iterator[Request]:
        groups, moves = [], []
        for index in range(self._numbers.groups):
            village = self._villages[index * len(self._villages) // self._numbers.groups]
            number = f"UP2K-{index + 1:03d}"
            groups.append({"group_number": number, "status": "INCOME_GROUP", "region": village,
                           "business_type": self._random.choice(BUSINESS[:8]),
                           "formed_on": day_of_half_year(self._random).isoformat()})  # fmt: skip
            if index % 4 == 0:
                moves.append({"group_number": number, "status": "PRE_COOPERATIVE",
                              "effective_on": f"{YEAR}-07-01"})  # fmt: skip
        yield from batches("Kelompok", "cooperative", "/v1/groups", groups)
        yield from batches("Kelompok", "cooperative", "/v1/groups/statuses", moves)


def _consent(day: date) -> dict[str, str]:
    """Given with the application; one in ten with a thumbprint."""
    form = "PAPER_THUMBPRINT" if day.day % 10 == 0 else "PAPER_SIGNED"
    return {"form": form, "text_version": "koperasi/1", "given_on": day.isoformat()}


def _number(village: str) -> str:
    return f"KMP-{village}"
