"""The words that come in: items over HTTP (English) and rows of the CSV lists (Indonesian)."""

from datetime import date
from typing import Annotated, NamedTuple
from uuid import UUID

from pydantic import BaseModel, Field

from services.training.domain import Session, Training
from services.training.groups import FamilyGroup
from shared.application.fields import HappenedOn, Item, OwnNumber
from shared.csv import fields as csv_fields
from shared.events.base import DistrictCode, Pseudonym, VillageCode
from shared.events.training import ActivityType, Module, Objective, ParticipantCount, Unit
from shared.security.identity import NationalId, Pseudonymiser

Number = Annotated[OwnNumber, Field(examples=["P2K2-35.09-0001"])]


class FamilyGroupItem(Item):
    """A family group was formed: families that meet every month for P2K2."""

    group_number: Number
    region: VillageCode
    formed_on: HappenedOn

    def group(self, new_id: UUID) -> FamilyGroup:
        """The group that the item describes."""
        return FamilyGroup(new_id, self.group_number, self.region, self.formed_on)


class GroupFamilyItem(Item):
    """A family belongs to a family group from a day on."""

    group_number: Number
    family_number: Number
    joined_on: HappenedOn


class SessionItem(Item):
    """A session was held."""

    session_number: Number
    activity: ActivityType
    district: DistrictCode
    region: VillageCode | None = None
    held_on: HappenedOn
    modules: tuple[Module, ...] = Field(default=(), max_length=6)
    objectives: tuple[Objective, ...] = Field(default=(), max_length=4)
    participants: tuple[ParticipantCount, ...] = Field(default=(), max_length=200)
    group_number: Number | None = None
    """The family group that met, for P2K2."""

    def session(self, new_id: UUID, group: FamilyGroup | None) -> Session:
        """The session that the item describes."""
        return Session(
            id=new_id,
            number=self.session_number,
            activity=self.activity,
            district=self.district,
            region=self.region,
            held_on=self.held_on,
            modules=tuple(dict.fromkeys(self.modules)),
            objectives=tuple(dict.fromkeys(self.objectives)),
            participants=self.participants,
            group=group.id if group else None,
        )


class AttendanceItem(Item):
    """A family (P2K2) or a person attended a session."""

    session_number: Number
    family_number: Number | None = None
    national_id: NationalId | None = None


class CompletedItem(Item):
    """The parent of completed trainings: which course, and when."""

    training_number: Number
    activity: ActivityType
    completed_on: HappenedOn

    def training(self, new_id: UUID) -> Training:
        """The course that the item names."""
        return Training(new_id, self.training_number, self.activity)


class CompletionItem(CompletedItem):
    """A person completed a training."""

    national_id: NationalId


class RightItem(CompletedItem):
    """A member completed a training; named by the right, for an office that has no names."""

    event_id: UUID
    """Id of the event that gave the right, as the worklist has it."""


class FamilyGroupRow(Item):
    """One row of the list `family-groups`."""

    nomor_kelompok: csv_fields.Identifier
    kode_desa: csv_fields.VillageRegion
    tanggal_dibentuk: csv_fields.DayCell[HappenedOn]

    @property
    def item(self) -> FamilyGroupItem:
        """The row in the words of the HTTP endpoint."""
        return FamilyGroupItem.model_construct(
            group_number=self.nomor_kelompok, region=self.kode_desa, formed_on=self.tanggal_dibentuk
        )


class GroupFamilyRow(Item):
    """One row of the list `group-families`."""

    nomor_kelompok: csv_fields.Identifier
    nomor_keluarga: csv_fields.Identifier
    berlaku_sejak: csv_fields.DayCell[HappenedOn]

    @property
    def item(self) -> GroupFamilyItem:
        """The row in the words of the HTTP endpoint."""
        return GroupFamilyItem.model_construct(
            group_number=self.nomor_kelompok,
            family_number=self.nomor_keluarga,
            joined_on=self.berlaku_sejak,
        )


class AttendanceRow(Item):
    """One row of the list `attendance`: a family number or a NIK, not both."""

    nomor_sesi: csv_fields.Identifier
    nomor_keluarga: csv_fields.Maybe[csv_fields.Identifier]
    nik: csv_fields.Maybe[NationalId]

    @property
    def item(self) -> AttendanceItem:
        """The row in the words of the HTTP endpoint."""
        return AttendanceItem.model_construct(
            session_number=self.nomor_sesi, family_number=self.nomor_keluarga, national_id=self.nik
        )


class GroupAttendanceRow(Item):
    """One row of the list `group-attendance`: a family of the group's sheet of a day."""

    nomor_kelompok: csv_fields.Identifier
    tanggal: csv_fields.DayCell[HappenedOn]
    nomor_keluarga: csv_fields.Identifier
    hadir: csv_fields.YesOrEmpty


COLUMNS = {
    "family_number": "nomor_keluarga",
    "formed_on": "tanggal_dibentuk",
    "group_number": "nomor_kelompok",
    "joined_on": "berlaku_sejak",
    "national_id": "nik",
    "region": "kode_desa",
    "session_number": "nomor_sesi",
}
"""What the lists call the fields that rules name."""


class Attendant(NamedTuple):
    """The family or person who attended, by pseudonym."""

    unit: Unit
    subject: str


def attendant_of(item: AttendanceItem, pseudonymiser: Pseudonymiser) -> Attendant | None:
    """The one who attended; none when the item names both or nobody."""
    if item.family_number is not None and item.national_id is None:
        return Attendant(Unit.FAMILY, pseudonymiser.family(item.family_number))
    if item.national_id is not None and item.family_number is None:
        return Attendant(Unit.PERSON, pseudonymiser.person(item.national_id))
    return None


class EntitlementItem(BaseModel):
    """A member's open right to training, by pseudonym."""

    event_id: UUID
    person: Pseudonym
    membership: UUID
    region: VillageCode
    activated_on: date
    deadline: date


class EntitlementList(BaseModel):
    """One page of open rights; ask again with `after` = `next` until there is none."""

    entitlements: list[EntitlementItem]
    next: str | None
