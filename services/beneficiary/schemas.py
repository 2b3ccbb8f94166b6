"""The words that come in: items over HTTP (English) and rows of the CSV lists (Indonesian)."""

import json
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    Field,
    StringConstraints,
    model_validator,
)

from services.beneficiary.outcomes import ReferralOutcome
from shared.application.fields import (
    AnnouncedOn,
    BornOn,
    HappenedOn,
    Item,
    OwnNumber,
    PersonName,
    Telephone,
    Year,
)
from shared.csv import fields as csv_fields
from shared.events.base import (
    BusinessType,
    DistrictCode,
    Programme,
    VillageCode,
)
from shared.events.beneficiary import (
    BusinessState,
    ContactChannel,
    DeclineReason,
    ExitReason,
    SelfReliance,
    TargetMeasure,
    TrainingAnswer,
    VisitOutcome,
)
from shared.security.identity import NationalId

Number = Annotated[OwnNumber, Field(examples=["KPM-3509-000001"])]
Decile = Annotated[int, Field(ge=1, le=10)]
TargetNumber = Annotated[int, Field(ge=0, le=1000)]
FamiliesNumber = Annotated[int, Field(ge=0, le=10_000_000)]
Area = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}\.[0-9]{2}(\.[0-9]{2})?$")]


class FamilyItem(Item):
    """The parent of what happens to a family: which family."""

    family_number: Number


class ChangeItem(FamilyItem):
    """A family moved, or its decile or its registered adults changed."""

    effective_on: AnnouncedOn
    region: VillageCode | None = None
    decile: Decile | None = None
    national_ids: tuple[NationalId, ...] | None = Field(default=None, max_length=20)
    """Every adult registered by identity, the representative first; an empty list takes all out."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.region is None and self.decile is None and self.national_ids is None:
            raise ValueError("one of region, decile, national_ids is needed")
        return self


class AssignmentItem(FamilyItem):
    """A facilitator took over a family."""

    facilitator_number: Number
    assigned_on: HappenedOn


class ProposalItem(FamilyItem):
    """A self-sufficient graduation was proposed."""

    proposed_on: HappenedOn


class VerificationItem(FamilyItem):
    """A proposed graduation was verified in the field."""

    verified_on: HappenedOn


class ApprovalItem(FamilyItem):
    """A verified graduation was approved; the day is the family's last in the programme."""

    approved_on: HappenedOn


class ExitItem(FamilyItem):
    """A family left for another reason than self-sufficient graduation."""

    reason: ExitReason
    exited_on: HappenedOn


class ContactItem(FamilyItem):
    """The person of a family who was referred was reached."""

    contacted_on: HappenedOn
    channel: ContactChannel


class InterestItem(FamilyItem):
    """The person of a family who was referred wants to join."""

    interested_on: HappenedOn


class DeclineItem(FamilyItem):
    """The person of a family who was referred does not want to join; assistance goes on."""

    declined_on: HappenedOn
    reason: DeclineReason


class TrainingOfferItem(FamilyItem):
    """Training was offered to a family; whatever it says, assistance goes on."""

    offered_on: HappenedOn
    answer: TrainingAnswer


class VisitItem(FamilyItem):
    """A family was visited after its graduation; what the visitor saw is said when it was found."""

    visited_on: HappenedOn
    outcome: VisitOutcome
    self_reliance: SelfReliance | None = None
    business: BusinessState | None = None
    decile: Decile | None = None
    facilitator_number: Number | None = None
    """Who made the visit; none: the facilitator who sends this, or somebody of the office."""


class ProgrammeTargetItem(Item):
    """A programme's target for a district and a year, in families."""

    district: Annotated[DistrictCode, Field(examples=["35.09"])]
    programme: Programme
    measure: TargetMeasure
    year: Year
    value: FamiliesNumber


class TargetItem(Item):
    """A facilitator's graduation target for a year."""

    facilitator_number: Number
    year: Year
    target: TargetNumber


class ReferralItem(FamilyItem):
    """The representative of a family is referred to a cooperative."""

    issued_on: HappenedOn


class ReferralRun(Item):
    """Refer everyone who is eligible in an area."""

    area: Area
    """Code of a kecamatan or kabupaten."""
    issued_on: HappenedOn


class ReferralReport(BaseModel):
    """What a run did; a family may have several reasons, so they do not add up."""

    considered: int
    """Families in the area that are enrolled and were not referred since."""
    referred: int
    not_eligible: int
    reasons: dict[str, int]
    """How many families have each reason."""


class FamilyRow(Item):
    """One row of the list `families`."""

    nomor_keluarga: csv_fields.Identifier
    nomor_kk: csv_fields.CardNumber = Field(repr=False)
    nik_pengurus: csv_fields.Maybe[NationalId] = Field(repr=False)
    nama_pengurus: csv_fields.Maybe[PersonName] = Field(repr=False)
    tanggal_lahir_pengurus: csv_fields.Maybe[csv_fields.DayCell[BornOn]] = Field(repr=False)
    nik_anggota: csv_fields.Many[NationalId] = Field(repr=False)
    alamat: csv_fields.Maybe[csv_fields.PlainText] = Field(repr=False)
    telepon: csv_fields.Maybe[Telephone] = Field(repr=False)
    kode_desa: csv_fields.VillageRegion
    program: csv_fields.Choice[Programme]
    desil: csv_fields.NumberCell[Decile]
    tanggal_masuk: csv_fields.DayCell[HappenedOn]
    nomor_pendamping: csv_fields.Maybe[csv_fields.Identifier]
    jenis_usaha: csv_fields.Maybe[csv_fields.Choice[BusinessType]]

    @property
    def content(self) -> str:
        """The row as canonical text with all that names a person: for the sealed column only."""
        born, head = self.tanggal_lahir_pengurus, self.nik_pengurus
        return json.dumps(
            {
                "family_number": self.nomor_keluarga,
                "card_number": self.nomor_kk,
                "national_id": head.reveal() if head else None,
                "name": self.nama_pengurus,
                "born": born.isoformat() if born else None,
                "members": [one.reveal() for one in self.nik_anggota],
                "address": self.alamat,
                "phone": self.telepon,
                "region": self.kode_desa,
                "programme": self.program.value,
                "decile": self.desil,
                "enrolled_on": self.tanggal_masuk.isoformat(),
                "facilitator": self.nomor_pendamping,
                "business": self.jenis_usaha.value if self.jenis_usaha else None,
            }
        )


class FacilitatorRow(Item):
    """One row of the list `facilitators`: who they are, and their target for one year."""

    nomor_pendamping: csv_fields.Identifier
    nama: PersonName = Field(repr=False)
    nik: NationalId = Field(repr=False)
    telepon: csv_fields.Maybe[Telephone] = Field(repr=False)
    kode_kabupaten: csv_fields.DistrictRegion
    tahun: csv_fields.NumberCell[Year]
    target: csv_fields.NumberCell[TargetNumber]

    @property
    def content(self) -> str:
        """Who the facilitator is, as canonical text: for the sealed column only."""
        return json.dumps(
            {"name": self.nama, "national_id": self.nik.reveal(), "phone": self.telepon}
        )


class OutcomeRow(Item):
    """One row of the list `referral-outcomes`: what became of a family's referral."""

    nomor_keluarga: csv_fields.Identifier
    tanggal: csv_fields.DayCell[HappenedOn]
    hasil: csv_fields.Choice[ReferralOutcome]
    cara: csv_fields.Maybe[csv_fields.Choice[ContactChannel]]
    """How the person was reached: of a contact alone."""
    alasan: csv_fields.Maybe[csv_fields.Choice[DeclineReason]]
    """Why the person does not want to join: of a decline alone."""


class ProgrammeTargetRow(Item):
    """One row of the list `programme-targets`."""

    kode_kabupaten: csv_fields.DistrictRegion
    program: csv_fields.Choice[Programme]
    ukuran: csv_fields.Choice[TargetMeasure]
    tahun: csv_fields.NumberCell[Year]
    target: csv_fields.NumberCell[FamiliesNumber]
