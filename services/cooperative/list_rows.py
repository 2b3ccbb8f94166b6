"""The rows of lists that say what an item of the HTTP interface says; columns are Indonesian."""

from services.cooperative.schemas import (
    COLUMNS,
    Activation,
    Approval,
    ConsentItem,
    CooperativeStatusItem,
    GroupItem,
    GroupStatusItem,
    Lapse,
    Resignation,
)
from shared.application.fields import FoundedOn, HappenedOn, StatusSince
from shared.application.listed import ListedItem
from shared.csv.fields import Choice, DayCell, Identifier, VillageRegion
from shared.events.base import BusinessType
from shared.events.consent import ConsentForm, TextVersion
from shared.events.cooperative import CooperativeStatus, GroupStatus
from shared.security.identity import NationalId

WORDS = COLUMNS | {
    "business_type": "jenis_usaha",
    "consent.text_version": "versi_persetujuan",
    "formed_on": "tanggal_dibentuk",
    "group_number": "nomor_kelompok",
    "lapsed_on": "tanggal_gugur",
    "region": "kode_desa",
    "resigned_on": "tanggal_mundur",
    "status": "status",
}
"""What these lists call the fields of items."""


class MemberStepRow(ListedItem):
    """The parent of rows about a membership: which cooperative, which person."""

    WORDS = WORDS

    nomor_koperasi: Identifier
    nik: NationalId


class ApprovalRow(MemberStepRow):
    """One row of the list `member-approvals`."""

    SAYS = Approval

    tanggal_disetujui: DayCell[HappenedOn]


class ActivationRow(MemberStepRow):
    """One row of the list `member-activations`."""

    SAYS = Activation

    tanggal_aktif: DayCell[HappenedOn]


class LapseRow(MemberStepRow):
    """One row of the list `member-lapses`."""

    SAYS = Lapse

    tanggal_gugur: DayCell[HappenedOn]


class ResignationRow(MemberStepRow):
    """One row of the list `member-resignations`."""

    SAYS = Resignation

    tanggal_mundur: DayCell[HappenedOn]


class ConsentRow(MemberStepRow):
    """One row of the list `consents`."""

    SAYS = ConsentItem

    bentuk_persetujuan: Choice[ConsentForm]
    versi_persetujuan: TextVersion
    tanggal_persetujuan: DayCell[HappenedOn]


class CooperativeStatusRow(ListedItem):
    """One row of the list `cooperative-statuses`."""

    SAYS, WORDS = CooperativeStatusItem, WORDS

    nomor_koperasi: Identifier
    status: Choice[CooperativeStatus]
    tanggal_status: DayCell[StatusSince]


class GroupRow(ListedItem):
    """One row of the list `groups`."""

    SAYS, WORDS = GroupItem, WORDS

    nomor_kelompok: Identifier
    status: Choice[GroupStatus]
    kode_desa: VillageRegion
    jenis_usaha: Choice[BusinessType]
    tanggal_dibentuk: DayCell[FoundedOn]


class GroupStatusRow(ListedItem):
    """One row of the list `group-statuses`."""

    SAYS, WORDS = GroupStatusItem, WORDS

    nomor_kelompok: Identifier
    status: Choice[GroupStatus]
    tanggal_status: DayCell[StatusSince]
