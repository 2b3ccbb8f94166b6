"""The words that come in: items over HTTP (English) and rows of the CSV list (Indonesian)."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.application.fields import HappenedOn, Item, OwnNumber
from shared.application.listed import ListedItem
from shared.csv import fields as csv_fields
from shared.events.base import Pseudonym, VillageCode
from shared.events.housing import Repair
from shared.security.identity import NationalId

Number = Annotated[OwnNumber, Field(examples=["RTLH-0001"])]


class RepairItem(Item):
    """A house was repaired."""

    house_number: Number
    national_id: NationalId
    region: VillageCode
    repair: Repair
    repaired_on: HappenedOn


COLUMNS = {
    "house_number": "nomor_rumah",
    "national_id": "nik",
    "region": "kode_desa",
    "repair": "perbaikan",
    "repaired_on": "tanggal_selesai",
}
"""What the list calls the fields of an item."""


class RepairRow(ListedItem):
    """One row of the list `repairs`."""

    SAYS, WORDS = RepairItem, COLUMNS

    nomor_rumah: csv_fields.Identifier
    nik: NationalId
    kode_desa: csv_fields.VillageRegion
    perbaikan: Repair
    tanggal_selesai: csv_fields.DayCell[HappenedOn]


class InspectionItem(BaseModel):
    """A repaired house that is to be inspected."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    person: Pseudonym
    region: VillageCode
    repaired_on: date
    due_on: date


class InspectionList(BaseModel):
    """One page of houses; ask again with `after` = `next` until there is none."""

    inspections: list[InspectionItem]
    next: str | None
