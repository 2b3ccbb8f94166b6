"""Probolinggo: families, facilitators with their targets, P2K2 sessions, graduations, other exits and visits."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from lintas.pilot.files import Request, Upload, batches, write_csv
from lintas.pilot.numbers import PROBOLINGGO, YEAR, Numbers
from lintas.pilot.people import People
from lintas.pilot.visits import visits
from shared.regions import Regions

FAMILY_COLUMNS = (
    "nomor_keluarga", "nomor_kk", "nik_pengurus", "nama_pengurus", "tanggal_lahir_pengurus",
    "nik_anggota", "alamat", "telepon", "kode_desa", "program", "desil", "tanggal_masuk",
    "nomor_pendamping", "jenis_usaha",
)  # fmt: skip
FACILITATOR_COLUMNS = (
    "nomor_pendamping", "nama", "nik", "telepon", "kode_kabupaten", "tahun", "target",
)  # fmt: skip
MODULES = (
    "HEALTH_NUTRITION", "EDUCATION_PARENTING", "FAMILY_FINANCE", "CHILD_PROTECTION",
    "SOCIAL_WELFARE", "STUNTING_PREVENTION",
)  # fmt: skip
GROUP_COLUMNS = ("nomor_kelompok", "kode_desa", "tanggal_dibentuk")
GROUP_FAMILY_COLUMNS = ("nomor_kelompok", "nomor_keluarga", "berlaku_sejak")
ENROLLED = date(2025, 12, 1)
DECILES = (1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 5, 6)
"""Most families of the programme are among the poorest three tenths: an assumption."""
EXIT_REASONS = ("NATURAL", "NATURAL", "NATURAL", "MOVED", "DECEASED", "INELIGIBLE_DECILE")


@dataclass(frozen=True)
class Household:
    """What later stages need to know of a family."""

    number: str
    village: str
    enrolled_on: date
    facilitator: str


def day_of_half_year(random: Random) -> date:
    """A day from January to June of the pilot's year."""
    return date(YEAR, 1, 1) + timedelta(days=random.randint(0, 180))


def villages(regions: Regions, district: str) -> list[str]:
    """Every village and urban ward of a district."""
    return [
        village
        for subdistrict in regions.children(district)
        for village in regions.children(subdistrict)
    ]


class Probolinggo:
    """One district's half year; every choice comes from the given random source."""

    def __init__(self, numbers: Numbers, regions: Regions, random: Random) -> None:
        self._numbers = numbers
        self._random = random
        self._people = People(random)
        self._villages = villages(regions, PROBOLINGGO)
        self._families: list[Household] = []

    def uploads(self, directory: Path) -> list[Upload]:
        """Write the four CSV files."""
        files = (
            ("beneficiary", "facilitators", "pendamping", FACILITATOR_COLUMNS, self._facilitators()),
            ("beneficiary", "families", "keluarga", FAMILY_COLUMNS, self._family_rows()),
            ("training", "family-groups", "kelompok", GROUP_COLUMNS, self._group_rows()),
            ("training", "group-families", "isi-kelompok", GROUP_FAMILY_COLUMNS, self._places()),
        )  # fmt: skip
        return [
            Upload(service, kind, path := directory / f"{name}-probolinggo.csv",
                   write_csv(path, columns, rows))
            for service, kind, name, columns, rows in files
        ]  # fmt: skip

    def requests(self) -> Iterator[Request]:
        """Sessions with attendance, graduations step by step, exits, visits; one session in July closes June."""
        sessions, attendance = self._sessions()
        yield from batches("P2K2", "training", "/v1/sessions", sessions)
        yield from batches("P2K2", "training", "/v1/attendance", attendance)
        yield from self._graduations()

    def _facilitators(self) -> Iterator[tuple[object, ...]]:
        for number in range(1, self._numbers.facilitators + 1):
            person = self._people.next(PROBOLINGGO, youngest=23, oldest=55)
            yield (f"PD-{number:04d}", person.name, person.national_id, person.phone, PROBOLINGGO,
                   YEAR, self._numbers.target)  # fmt: skip

    def _family_rows(self) -> Iterator[tuple[object, ...]]:
        per_facilitator = -(-self._numbers.probolinggo_families // self._numbers.facilitators)
        for index in range(self._numbers.probolinggo_families):
            family = self._household(index, per_facilitator)
            self._families.append(family)
            person = self._people.next(PROBOLINGGO)
            yield (family.number, f"351390{index:010d}", person.national_id, person.name, person.born,
                   "", self._people.address(), person.phone, family.village, "PKH",
                   self._random.choice(DECILES), family.enrolled_on, family.facilitator, "")  # fmt: skip

    def _household(self, index: int, per_facilitator: int) -> Household:
        late = self._random.random() < 0.02
        return Household(
            number=f"PKH-3513-{index + 1:06d}",
            village=self._villages[
                index * len(self._villages) // self._numbers.probolinggo_families
            ],
            enrolled_on=day_of_half_year(self._random) if late else ENROLLED,
            facilitator=f"PD-{index // per_facilitator + 1:04d}",
        )

    def _groups(self) -> Iterator[tuple[str, list[Household]]]:
        """Groups of neighbours, with their numbers."""
        size = self._numbers.group_size
        for start in range(0, len(self._families), size):
            yield f"KP-3513-{start // size + 1:05d}", self._families[start : start + size]

    def _group_rows(self) -> Iterator[tuple[object, ...]]:
        for number, families in self._groups():
            yield number, families[0].village, ENROLLED

    def _places(self) -> Iterator[tuple[object, ...]]:
        for number, families in self._groups():
            for family in families:
                yield number, family.number, family.enrolled_on

    def _sessions(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """A meeting of each group and month, as far as it took place, with who came."""
        sessions: list[dict[str, Any]] = []
        attendance: list[dict[str, Any]] = []
        for group, families in self._groups():
            for month in range(7 - self._numbers.sessions_per_group, 7):
                if self._random.randint(1, 100) > self._numbers.meeting_percent:
                    continue
                held_on = date(YEAR, month, self._random.randint(3, 27))
                number = f"P2K2-{group[-5:]}-{month:02d}"
                session = _session(number, families[0].village, held_on, self._modules())
                sessions.append(session | {"group_number": group})
                attendance.extend(self._attendance(number, families, held_on))
        sessions.append(_session("P2K2-JULI", self._villages[0], date(YEAR, 7, 6), MODULES[:1]))
        return sessions, attendance

    def _modules(self) -> tuple[str, ...]:
        return tuple(sorted(self._random.sample(MODULES, self._random.choice((1, 2, 3)))))

    def _attendance(
        self, number: str, families: list[Household], held_on: date
    ) -> Iterator[dict[str, Any]]:
        for family in families:
            enrolled = family.enrolled_on <= held_on
            if enrolled and self._random.randint(1, 100) <= self._numbers.attendance_percent:
                yield {"session_number": number, "family_number": family.number}

    def _graduations(self) -> Iterator[Request]:
        leaving: dict[str, list[Household]] = {}
        for family in self._families:
            if family.enrolled_on == ENROLLED:
                leaving.setdefault(family.facilitator, []).append(family)
        proposed, verified, approved, exits = [], [], [], []
        for families in leaving.values():
            wanted = self._random.choice((0, 3, 6, 8, 9, 10, 10, 11, 12, 14))
            for family in self._random.sample(families, min(wanted + 1, len(families))):
                start = date(YEAR, 1, 1) + timedelta(days=self._random.randint(5, 140))
                number = {"family_number": family.number}
                proposed.append(number | {"proposed_on": start.isoformat()})
                verified.append(number | {"verified_on": (start + timedelta(days=14)).isoformat()})
                approved.append(number | {"approved_on": (start + timedelta(days=30)).isoformat()})
            verified, approved = verified[: len(proposed)], approved[: len(proposed)]
            if approved:
                approved.pop()  # the last proposal of each facilitator is verified and still waits
        graduated = {item["family_number"] for item in proposed}
        for family in self._families:
            may_leave = family.number not in graduated and family.enrolled_on == ENROLLED
            if may_leave and self._random.randint(1, 100) <= self._numbers.exits_percent:
                exits.append({"family_number": family.number,
                              "reason": self._random.choice(EXIT_REASONS),
                              "exited_on": day_of_half_year(self._random).isoformat()})  # fmt: skip
        stay = next(family for family in reversed(self._families)
                    if family.number not in graduated | {item["family_number"] for item in exits})  # fmt: skip
        proposed.append({"family_number": stay.number, "proposed_on": f"{YEAR}-07-06"})
        for name, items in (
            ("proposals", proposed),
            ("verifications", verified),
            ("approvals", approved),
        ):
            yield from batches("Graduasi", "beneficiary", f"/v1/graduations/{name}", items)
        yield from batches("Graduasi", "beneficiary", "/v1/exits", exits)
        facilitators = {family.number: family.facilitator for family in self._families}
        made = list(visits(approved, facilitators, self._numbers, self._random))
        yield from batches("Kunjungan", "beneficiary", "/v1/visits", made)


def _session(number: str, village: str, held_on: date, modules: tuple[str, ...]) -> dict[str, Any]:
    return {
        "session_number": number,
        "activity": "P2K2",
        "district": PROBOLINGGO,
        "region": village,
        "held_on": held_on.isoformat(),
        "modules": list(modules),
    }
