"""The rows of lists that say what an item of the HTTP interface says; columns are Indonesian."""

from services.beneficiary.schemas import (
    ApprovalItem,
    AssignmentItem,
    ChangeItem,
    Decile,
    ExitItem,
    ProposalItem,
    ReferralItem,
    TargetItem,
    TargetNumber,
    TrainingOfferItem,
    VerificationItem,
    VisitItem,
)
from shared.application.fields import AnnouncedOn, HappenedOn, Year
from shared.application.listed import ListedItem
from shared.csv.fields import (
    Choice,
    DayCell,
    Identifier,
    Many,
    Maybe,
    NumberCell,
    VillageRegion,
)
from shared.events.beneficiary import (
    BusinessState,
    ExitReason,
    SelfReliance,
    TrainingAnswer,
    VisitOutcome,
)
from shared.security.identity import NationalId

WORDS = {
    "answer": "jawaban",
    "approved_on": "tanggal_graduasi",
    "assigned_on": "tanggal_mulai",
    "business": "usaha",
    "decile": "desil",
    "effective_on": "berlaku_sejak",
    "exited_on": "tanggal_keluar",
    "facilitator_number": "nomor_pendamping",
    "family_number": "nomor_keluarga",
    "issued_on": "tanggal_rujukan",
    "national_ids": "nik_dewasa",
    "offered_on": "tanggal_tawaran",
    "outcome": "hasil",
    "proposed_on": "tanggal_usulan",
    "reason": "alasan",
    "region": "kode_desa",
    "self_reliance": "kemandirian",
    "target": "target",
    "verified_on": "tanggal_verifikasi",
    "visited_on": "tanggal_kunjungan",
    "year": "tahun",
}
"""What these lists call the fields of items."""


class FamilyStep(ListedItem):
    """The parent of rows about a family: which family."""

    WORDS = WORDS

    nomor_keluarga: Identifier


class ChangeRow(FamilyStep):
    """One row of the list `family-changes`; what is empty stays as it is."""

    SAYS = ChangeItem

    berlaku_sejak: DayCell[AnnouncedOn]
    kode_desa: Maybe[VillageRegion]
    desil: Maybe[NumberCell[Decile]]
    nik_dewasa: Maybe[Many[NationalId]]


class AssignmentRow(FamilyStep):
    """One row of the list `assignments`."""

    SAYS = AssignmentItem

    nomor_pendamping: Identifier
    tanggal_mulai: DayCell[HappenedOn]


class ReferralRow(FamilyStep):
    """One row of the list `referrals`."""

    SAYS = ReferralItem

    tanggal_rujukan: DayCell[HappenedOn]


class ProposalRow(FamilyStep):
    """One row of the list `graduation-proposals`."""

    SAYS = ProposalItem

    tanggal_usulan: DayCell[HappenedOn]


class VerificationRow(FamilyStep):
    """One row of the list `graduation-verifications`."""

    SAYS = VerificationItem

    tanggal_verifikasi: DayCell[HappenedOn]


class ApprovalRow(FamilyStep):
    """One row of the list `graduation-approvals`."""

    SAYS = ApprovalItem

    tanggal_graduasi: DayCell[HappenedOn]


class TrainingOfferRow(FamilyStep):
    """One row of the list `training-offers`."""

    SAYS = TrainingOfferItem

    tanggal_tawaran: DayCell[HappenedOn]
    jawaban: Choice[TrainingAnswer]


class ExitRow(FamilyStep):
    """One row of the list `exits`."""

    SAYS = ExitItem

    tanggal_keluar: DayCell[HappenedOn]
    alasan: Choice[ExitReason]


class VisitRow(FamilyStep):
    """One row of the list `visits`; the columns after the outcome are of a family that was found."""

    SAYS = VisitItem

    tanggal_kunjungan: DayCell[HappenedOn]
    hasil: Choice[VisitOutcome]
    kemandirian: Maybe[Choice[SelfReliance]]
    usaha: Maybe[Choice[BusinessState]]
    desil: Maybe[NumberCell[Decile]]
    nomor_pendamping: Maybe[Identifier]


class TargetRow(ListedItem):
    """One row of the list `facilitator-targets`."""

    SAYS, WORDS = TargetItem, WORDS

    nomor_pendamping: Identifier
    tahun: NumberCell[Year]
    target: NumberCell[TargetNumber]
