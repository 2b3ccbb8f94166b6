"""The words that come in about where groups went."""

from services.cooperative.list_rows import WORDS as GROUP_WORDS
from services.cooperative.schemas import Number
from shared.application.fields import FoundedOn, Item
from shared.application.listed import ListedItem
from shared.csv.fields import Choice, DayCell, Identifier
from shared.events.lineage import LineageKind


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


WORDS = GROUP_WORDS | {
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
