"""The words that come in: items over HTTP (English) and rows of the CSV lists (Indonesian)."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.cooperative.consents import Agreed
from services.cooperative.status import Cooperative, Group
from shared.application.fields import (
    FoundedOn,
    HappenedOn,
    Item,
    OwnNumber,
    PersonName,
    StatusSince,
    Telephone,
    Year,
)
from shared.csv import fields as csv_fields
from shared.events.base import BusinessType, Pseudonym, VillageCode
from shared.events.consent import ConsentForm, TextVersion
from shared.events.cooperative import CooperativeKind, CooperativeStatus, GroupStatus
from shared.events.days import HAPPENED
from shared.security.identity import NationalId

Number = Annotated[OwnNumber, Field(examples=["KMP-3509-0001"])]


FinancialYear = Annotated[int, HAPPENED, Field(ge=2000, le=2100)]
"""A year that has begun."""
MemberCount = Annotated[int, Field(ge=0, le=100_000)]


class ConsentGiven(Item):
    """What a person agreed to, when, and in what form."""

    form: ConsentForm | None = None
    """May be left out where this very consent, by text and day, is recorded already."""
    text_version: TextVersion
    given_on: HappenedOn

    @property
    def agreed(self) -> Agreed:
        """In the words of the rules."""
        return Agreed(self.form, self.text_version, self.given_on)


class ConsentItem(Item):
    """A person's consent is recorded, with or before an application."""

    cooperative_number: Number
    national_id: NationalId
    consent: ConsentGiven


class Application(Item):
    """A person applies for membership of a cooperative."""

    cooperative_number: Number
    national_id: NationalId
    name: PersonName
    phone: Telephone | None = None
    applied_on: HappenedOn
    voluntary_declaration: bool
    """The applicant declared that the application is voluntary; without it nothing is recorded."""
    consent: ConsentGiven | None = None
    """A new consent, or one that is recorded; without it the application is refused."""

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


class AnnualMeetingItem(Item):
    """The members met to close a financial year."""

    cooperative_number: Number
    year: FinancialYear
    held_on: HappenedOn


class MemberTargetItem(Item):
    """How many members a cooperative aims at by the end of a year."""

    cooperative_number: Number
    year: Year
    target: MemberCount


class AnnualMeetingRow(Item):
    """One row of the list `annual-meetings`."""

    nomor_koperasi: csv_fields.Identifier
    tahun_buku: csv_fields.NumberCell[FinancialYear]
    tanggal_rapat: csv_fields.DayCell[HappenedOn]

    @property
    def item(self) -> AnnualMeetingItem:
        """The row in the words of the HTTP endpoint."""
        return AnnualMeetingItem.model_construct(
            cooperative_number=self.nomor_koperasi,
            year=self.tahun_buku,
            held_on=self.tanggal_rapat,
        )


class MemberTargetRow(Item):
    """One row of the list `member-targets`."""

    nomor_koperasi: csv_fields.Identifier
    tahun: csv_fields.NumberCell[Year]
    target_anggota: csv_fields.NumberCell[MemberCount]

    @property
    def item(self) -> MemberTargetItem:
        """The row in the words of the HTTP endpoint."""
        return MemberTargetItem.model_construct(
            cooperative_number=self.nomor_koperasi, year=self.tahun, target=self.target_anggota
        )


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
    telepon: csv_fields.Maybe[Telephone]
    tanggal_daftar: csv_fields.DayCell[HappenedOn]
    tanggal_disetujui: csv_fields.Maybe[csv_fields.DayCell[HappenedOn]]
    tanggal_aktif: csv_fields.Maybe[csv_fields.DayCell[HappenedOn]]
    pernyataan_sukarela: csv_fields.Declared
    bentuk_persetujuan: csv_fields.Maybe[csv_fields.Choice[ConsentForm]]
    versi_persetujuan: csv_fields.Maybe[TextVersion]
    tanggal_persetujuan: csv_fields.Maybe[csv_fields.DayCell[HappenedOn]]

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
            consent=self.consent,
        )

    @property
    def consent(self) -> ConsentGiven | None:
        """The consent that the row gives; none where text or day are empty."""
        if self.versi_persetujuan is None or self.tanggal_persetujuan is None:
            return None
        return ConsentGiven.model_construct(
            form=self.bentuk_persetujuan,
            text_version=self.versi_persetujuan,
            given_on=self.tanggal_persetujuan,
        )


COLUMNS = {
    "activated_on": "tanggal_aktif",
    "applied_on": "tanggal_daftar",
    "approved_on": "tanggal_disetujui",
    "consent": "versi_persetujuan",
    "consent.form": "bentuk_persetujuan",
    "consent.given_on": "tanggal_persetujuan",
    "cooperative_number": "nomor_koperasi",
    "effective_on": "tanggal_status",
    "name": "nama",
    "national_id": "nik",
    "voluntary_declaration": "pernyataan_sukarela",
}
"""What the lists call the fields that rules name."""
MEETING_COLUMNS = COLUMNS | {"year": "tahun_buku", "held_on": "tanggal_rapat"}
TARGET_COLUMNS = COLUMNS | {"year": "tahun", "target": "target_anggota"}


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
