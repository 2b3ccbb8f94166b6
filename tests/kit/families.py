"""Builders for what the tests of the beneficiary service speak of."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from services.beneficiary.eligibility import Candidate
from services.beneficiary.family import Family, Graduation, Version
from shared.events.base import AgeBand, BusinessType, DecileBand, Payload, Programme
from shared.events.beneficiary import FamilyPerson
from shared.events.catalogue import TYPE_OF
from shared.events.envelope import Event

FAMILY = "k1." + "f" * 52
MOTHER = "k1." + "a" * 52
SON = "k1." + "b" * 52
VILLAGE = "35.09.30.2009"
NEIGHBOUR = "35.09.30.2001"
ELSEWHERE = "35.13.15.2017"
ENROLLED = date(2026, 1, 5)
NIK = "3509904511820001"
NIK_SON = "3509901203050002"
NAME = "Siti Aminah"
ADDRESS = "Dusun Krajan RT 02"
PHONE = "0812 3456 7890"
CARD = "3509901202100007"

FACILITATORS = """\
nomor_pendamping,nama,nik,telepon,kode_kabupaten,tahun,target
P-1,Lilik Rahayu,3509905002900001,081234567890,35.09,2026,10
P-2,Yuni Utami,3509905102910001,081234567891,35.09,2026,10
P-3,Sri Lestari,3513905202920001,,35.13,2026,12
"""

COLUMNS = (
    "nomor_keluarga",
    "nomor_kk",
    "nik_pengurus",
    "nama_pengurus",
    "tanggal_lahir_pengurus",
    "nik_anggota",
    "alamat",
    "telepon",
    "kode_desa",
    "program",
    "desil",
    "tanggal_masuk",
    "nomor_pendamping",
    "jenis_usaha",
)
_ROW = dict(
    zip(
        COLUMNS,
        (
            "KPM-1",
            CARD,
            NIK,
            NAME,
            "1982-11-05",
            NIK_SON,
            ADDRESS,
            PHONE,
            VILLAGE,
            "PKH",
            "2",
            "2026-01-05",
            "P-1",
            "10",
        ),
        strict=True,
    )
)


def a_family_list(*rows: dict[str, str]) -> str:
    """A CSV list of families; each row is the example row with these cells changed."""
    lines = [",".join((_ROW | row)[column] for column in COLUMNS) for row in rows]
    return "\n".join([",".join(COLUMNS), *lines]) + "\n"


def a_person(person: str = MOTHER, *, representative: bool = True) -> FamilyPerson:
    """An adult of a family."""
    return FamilyPerson(person=person, representative=representative, age_band=AgeBand.A30_44)


def a_version(**other: Any) -> Version:
    """The first version of a family's record."""
    one = Version(
        version=1,
        effective_on=ENROLLED,
        region=VILLAGE,
        decile=2,
        band=DecileBand.D1_2,
        persons=(a_person(),),
        born=b"sealed",
    )
    return replace(one, **other)


def a_family(**other: Any) -> Family:
    """A family enrolled on 5 January 2026, nothing more yet."""
    one = Family(
        id=1,
        subject=FAMILY,
        programme=Programme.PKH,
        business=BusinessType.FOOD,
        sealed=b"",
        history=(a_version(),),
    )
    return replace(one, **other)


def a_graduate() -> Family:
    """A family that graduated on 4 March 2026."""
    return a_family(
        graduation=Graduation(UUID(int=9), date(2026, 2, 2), date(2026, 2, 16), date(2026, 3, 4))
    )


def a_candidate(**other: Any) -> Candidate:
    """A family that meets the rule on 1 March 2026."""
    one = Candidate(FAMILY, VILLAGE, DecileBand.D1_2, MOTHER, date(1990, 5, 6), BusinessType.FOOD)
    return replace(one, **other)


def an_event(number: int, data: Payload, *, second: int = 0, subject: str = MOTHER) -> Event:
    """An event as the consumer hands it over."""
    return Event(
        id=UUID(int=number),
        source="urn:lintas:cooperative",
        type=TYPE_OF[type(data)],
        subject=subject,
        time=datetime(2026, 3, 1, 5, tzinfo=UTC),
        recordedtime=datetime(2026, 3, 1, 6, 0, second, tzinfo=UTC),
        sequence=number,
        agreement="urn:lintas:agreement:test",
        traceparent="00-" + "1" * 32 + "-" + "2" * 16 + "-01",
        data=data,
    )
