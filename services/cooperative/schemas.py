"""The words that come in: items over HTTP (English) and rows of the CSV lists (Indonesian)."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.cooperative.status import Cooperative, Group
from shared.application.fields import (
    FoundedOn,
    HappenedOn,
    Item,
    OwnNumber,
    PersonName,
    StatusSince,
    Telephone,
)
from shared.csv import fields as csv_fields
from shared.events.base import BusinessType, Pseudonym, VillageCode
from shared.events.cooperative import CooperativeKind, CooperativeStatus, GroupStatus
from shared.security.identity import NationalId

Number = Annotated[OwnNumber, Field(examples=["KMP-3509-0001"])]


class Application(Item):
    """A person applies for membership of a cooperative."""

    cooperative_number: Number
    national_id: NationalId
    name: PersonName
    phone: Telephone | None = None
    applied_on: HappenedOn
    voluntary_declaration: bool
    """The applicant declared that the application is voluntary; without it nothing is recorded."""

    @property
    def personal(self) -> dict[str, str | None]:
        """What names the person: for the sealed column, for nobody else."""
        return {"national_id": self.national_id.reveal(), "name": self.name, "phone": self.phone}


class MemberStep(Item):
    """The parent of the steps of a membership: which cooperative, which person, which day."""

    cooperative_number: Number
    national_id: NationalId

    @property
    def day(self) -> date:
        """The one date of the step."""
        return next(value for value in self.__dict__.values() if isinstance(value, date))


class Approval(MemberStep):
    """The cooperative approved an application."""

    approved_on: HappenedOn


class Activation(MemberStep):
    """Principal savings are paid: a member from this day."""

    activated_on: HappenedOn


class Lapse(MemberStep):
    """A membership lapsed; the day is the last one as a member."""

    lapsed_on: HappenedOn


class Resignation(MemberStep):
    """A member resigned; the day is the last one as a member."""

    resigned_on: HappenedOn


class CooperativeStatusItem(Item):
    """A cooperative's status changed."""

    cooperative_number: Number
    status: CooperativeStatus
    effective_on: StatusSince


class GroupItem(Item):
    """A household-business group was formed."""

    group_number: Number
    status: GroupStatus
    region: VillageCode
    business_type: BusinessType
    formed_on: FoundedOn

    def group(self, new_id: UUID) -> Group:
        """The group that the item describes."""
        return Group(
            id=new_id,
            number=self.group_number,
            status=self.status,
            region=self.region,
            business_type=self.business_type,
            formed_on=self.formed_on,
        )


class GroupStatusItem(Item):
    """A group moved on the ladder."""

    group_number: Number
    status: GroupStatus
    effective_on: StatusSince


class CooperativeRow(Item):
    """One row of the list `cooperatives`."""

    nomor_koperasi: csv_fields.Identifier
    nama: csv_fields.PlainText
    jenis: csv_fields.Choice[CooperativeKind]
    kode_desa: csv_fields.VillageRegion
    tanggal_berdiri: csv_fields.DayCell[FoundedOn]
    status: csv_fields.Choice[CooperativeStatus]
    tanggal_status: csv_fields.Maybe[csv_fields.DayCell[StatusSince]]

    def cooperative(self, new_id: UUID) -> Cooperative:
        """The cooperative that the row describes."""
        return Cooperative(
            id=new_id,
            number=self.nomor_koperasi,
            name=self.nama,
            kind=self.jenis,
            region=self.kode_desa,
            registered_on=self.tanggal_berdiri,
        )


class MemberRow(Item):
    """One row of the list `members`: an application with the steps that followed it."""

    nomor_koperasi: csv_fields.Identifier
    nik: NationalId
    nama: PersonName
    telepon: csv_fields.Maybe[csv_fields.PhoneCell[Telephone]]
    tanggal_daftar: csv_fields.DayCell[HappenedOn]
    tanggal_disetujui: csv_fields.Maybe[csv_fields.DayCell[HappenedOn]]
    tanggal_aktif: csv_fields.Maybe[csv_fields.DayCell[HappenedOn]]
    pernyataan_sukarela: csv_fields.Yes

    @property
    def application(self) -> Application:
        """The row's application in the words of the HTTP endpoint."""
        return Application.model_construct(
            cooperative_number=self.nomor_koperasi,
            national_id=self.nik,
            name=self.nama,
            phone=self.telepon,
            applied_on=self.tanggal_daftar,
            voluntary_declaration=True,
        )


COLUMNS = {
    "activated_on": "tanggal_aktif",
    "applied_on": "tanggal_daftar",
    "approved_on": "tanggal_disetujui",
    "cooperative_number": "nomor_koperasi",
    "effective_on": "tanggal_status",
    "name": "nama",
    "national_id": "nik",
    "voluntary_declaration": "pernyataan_sukarela",
}
"""What the lists call the fields that rules name."""


class CandidateItem(BaseModel):
    """A referred person, known by pseudonym alone until they apply."""

    event_id: UUID
    person: Pseudonym
    referral: UUID
    region: VillageCode
    business_type: BusinessType
    issued_on: date


class CandidateList(BaseModel):
    """One page of candidates; ask again with `after` = `next` until there is none."""

    candidates: list[CandidateItem]
    next: str | None
