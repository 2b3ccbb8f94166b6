"""The words that come in about where groups went."""

from services.cooperative.list_rows import WORDS as GROUP_WORDS
from services.cooperative.schemas import Number
from shared.application.fields import FoundedOn, HappenedOn, Item
from shared.application.listed import ListedItem
from shared.csv.fields import Choice, DayCell, Identifier
from shared.events.group_members import GroupRole
from shared.events.lineage import LineageKind
from shared.security.identity import NationalId


class SuccessionItem(Item):
    """A group merged into another, or another was split off from it."""

    group_number: Number
    successor_number: Number
    """The group in which it goes on."""
    kind: LineageKind
    happened_on: FoundedOn


class GroupCooperativeItem(Item):
    """A group is now a cooperative."""

    group_number: Number
    cooperative_number: Number
    became_on: FoundedOn


class GroupMemberItem(Item):
    """A person has a role in a group from a day on."""

    group_number: Number
    national_id: NationalId
    role: GroupRole
    joined_on: HappenedOn


class GroupDepartureItem(Item):
    """A person left a group; the day is the last one in it."""

    group_number: Number
    national_id: NationalId
    left_on: HappenedOn


WORDS = GROUP_WORDS | {
    "role": "peran",
    "joined_on": "tanggal_masuk_kelompok",
    "left_on": "tanggal_keluar_kelompok",
    "successor_number": "nomor_kelompok_penerus",
    "kind": "cara_berlanjut",
    "happened_on": "tanggal_berlanjut",
    "became_on": "tanggal_menjadi_koperasi",
}
"""What these lists call the fields of items."""


class SuccessionRow(ListedItem):
    """One row of the list `group-successors`."""

    SAYS, WORDS = SuccessionItem, WORDS

    nomor_kelompok: Identifier
    nomor_kelompok_penerus: Identifier
    cara_berlanjut: Choice[LineageKind]
    tanggal_berlanjut: DayCell[FoundedOn]


class GroupCooperativeRow(ListedItem):
    """One row of the list `group-cooperatives`."""

    SAYS, WORDS = GroupCooperativeItem, WORDS

    nomor_kelompok: Identifier
    nomor_koperasi: Identifier
    tanggal_menjadi_koperasi: DayCell[FoundedOn]


class GroupMemberRow(ListedItem):
    """One row of the list `group-members`."""

    SAYS, WORDS = GroupMemberItem, WORDS

    nomor_kelompok: Identifier
    nik: NationalId
    peran: Choice[GroupRole]
    tanggal_masuk_kelompok: DayCell[HappenedOn]


class GroupDepartureRow(ListedItem):
    """One row of the list `group-departures`."""

    SAYS, WORDS = GroupDepartureItem, WORDS

    nomor_kelompok: Identifier
    nik: NationalId
    tanggal_keluar_kelompok: DayCell[HappenedOn]
