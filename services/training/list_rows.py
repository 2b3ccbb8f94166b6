"""The rows of lists that say what an item of the HTTP interface says; columns are Indonesian."""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from services.training.schemas import COLUMNS, CompletionItem, SessionItem
from shared.application.fields import HappenedOn
from shared.application.listed import ListedItem
from shared.csv.choices import coded
from shared.csv.fields import (
    Choice,
    DayCell,
    DistrictRegion,
    Identifier,
    Maybe,
    Several,
    VillageRegion,
)
from shared.csv.messages import problem, shape_of
from shared.events.training import (
    ActivityType,
    Module,
    Objective,
    ParticipantCategory,
    ParticipantCount,
)
from shared.security.identity import NationalId

_COUNTED = re.compile(
    r"(?P<who>[^:]+?)(?P<where> \d{2}\.?\d{2}\.?\d{2})? ?: ?(?P<count>[1-9]\d{0,3})\Z", re.ASCII
)
"""`kader posyandu kecamatan 35.09.01: 12`."""
WORDS = COLUMNS | {
    "activity": "kegiatan",
    "completed_on": "tanggal_selesai",
    "district": "kode_kabupaten",
    "held_on": "tanggal",
    "modules": "modul",
    "objectives": "tujuan",
    "participants": "peserta",
    "training_number": "nomor_pelatihan",
}
"""What these lists call the fields of items."""


def _participants(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return tuple(map(_counted, filter(None, map(str.strip, value.split(";")))))


def _counted(text: str) -> dict[str, Any]:
    found = _COUNTED.fullmatch(text)
    if found is None:
        raise problem("PARTICIPANTS", shape=shape_of(text))
    digits = re.sub(r"\D", "", found["where"] or "")
    where = ".".join(digits[place : place + 2] for place in (0, 2, 4)) if digits else None
    who = coded(found["who"], ParticipantCategory)
    return {"category": who, "subdistrict": where, "count": int(found["count"])}


Participants = Annotated[
    tuple[ParticipantCount, ...], BeforeValidator(_participants), Field(max_length=200)
]
"""How many of each category, between semicolons: `pokja 1: 10; dinas: 3`."""


class SessionRow(ListedItem):
    """One row of the list `sessions`."""

    SAYS, WORDS = SessionItem, WORDS

    nomor_sesi: Identifier
    kegiatan: Choice[ActivityType]
    kode_kabupaten: DistrictRegion
    kode_desa: Maybe[VillageRegion]
    tanggal: DayCell[HappenedOn]
    nomor_kelompok: Maybe[Identifier]
    modul: Several[Choice[Module]]
    tujuan: Several[Choice[Objective]]
    peserta: Participants


class CompletionRow(ListedItem):
    """One row of the list `completions`."""

    SAYS, WORDS = CompletionItem, WORDS

    nomor_pelatihan: Identifier
    kegiatan: Choice[ActivityType]
    nik: NationalId
    tanggal_selesai: DayCell[HappenedOn]
