"""The words that come in: items over HTTP (English) and rows of the CSV lists (Indonesian)."""

import re
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, Field

from shared.application.fields import Item
from shared.csv import fields as csv_fields
from shared.csv.days import iso_month
from shared.csv.messages import problem, shape_of
from shared.events.base import DistrictCode
from shared.events.days import AnnouncedMonth, EndedMonth
from shared.events.reporting import DeclaredMeasure, ReopenReason, ReportList

T = TypeVar("T")
_MONTH = re.compile(r"[1-9][0-9]{3}-(0[1-9]|1[0-2])\Z")


def _month(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if _MONTH.match(month := iso_month(value)):
        return month
    raise problem("MONTH_INVALID" if value else "FIELD_REQUIRED", shape=shape_of(value))


MonthCell = Annotated[T, BeforeValidator(_month)]
"""`MonthCell[EndedMonth]`: a month as offices write it, or MONTH_INVALID; the type itself sets the bounds."""
Count = Annotated[int, Field(ge=0, le=100_000_000)]
ClosingNumber = Annotated[int, Field(ge=1, le=1000)]


class ObligationItem(Item):
    """This office reports a list for a district in these months."""

    list: ReportList
    district: DistrictCode
    first_month: AnnouncedMonth
    last_month: AnnouncedMonth | None = None


class ClosingItem(Item):
    """A month is complete in a list for a district."""

    list: ReportList
    district: DistrictCode
    month: EndedMonth
    nil: bool = False
    """Nothing happened in that month."""


class ReopeningItem(Item):
    """A closed month is not complete after all."""

    list: ReportList
    district: DistrictCode
    month: EndedMonth
    reason: ReopenReason


class DeclarationItem(Item):
    """What this office counts by itself at the end of a month."""

    measure: DeclaredMeasure
    district: DistrictCode
    month: EndedMonth
    count: Count


class ObligationRow(Item):
    """One row of the list `obligations`."""

    daftar: csv_fields.Choice[ReportList]
    kode_kabupaten: csv_fields.DistrictRegion
    bulan_pertama: MonthCell[AnnouncedMonth]
    bulan_terakhir: csv_fields.Maybe[MonthCell[AnnouncedMonth]]

    @property
    def item(self) -> ObligationItem:
        """The row in the words of the HTTP endpoint."""
        return ObligationItem.model_construct(
            list=self.daftar,
            district=self.kode_kabupaten,
            first_month=self.bulan_pertama,
            last_month=self.bulan_terakhir,
        )


class ClosingRow(Item):
    """One row of the list `closings`: `nihil` is `ya` where nothing happened, else empty."""

    daftar: csv_fields.Choice[ReportList]
    kode_kabupaten: csv_fields.DistrictRegion
    bulan: MonthCell[EndedMonth]
    nihil: csv_fields.YesOrEmpty

    @property
    def item(self) -> ClosingItem:
        """The row in the words of the HTTP endpoint."""
        return ClosingItem.model_construct(
            list=self.daftar,
            district=self.kode_kabupaten,
            month=self.bulan,
            nil=self.nihil,
        )


class ReopeningRow(Item):
    """One row of the list `reopenings`: `penutupan_ke` is 1 for the first closing of that month."""

    daftar: csv_fields.Choice[ReportList]
    kode_kabupaten: csv_fields.DistrictRegion
    bulan: MonthCell[EndedMonth]
    penutupan_ke: csv_fields.NumberCell[ClosingNumber]
    alasan: csv_fields.Choice[ReopenReason]

    @property
    def item(self) -> ReopeningItem:
        """The row in the words of the HTTP endpoint, which has no number: it opens what is closed."""
        return ReopeningItem.model_construct(
            list=self.daftar,
            district=self.kode_kabupaten,
            month=self.bulan,
            reason=self.alasan,
        )


class DeclarationRow(Item):
    """One row of the list `declarations`."""

    ukuran: csv_fields.Choice[DeclaredMeasure]
    kode_kabupaten: csv_fields.DistrictRegion
    bulan: MonthCell[EndedMonth]
    jumlah: csv_fields.NumberCell[Count]

    @property
    def item(self) -> DeclarationItem:
        """The row in the words of the HTTP endpoint."""
        return DeclarationItem.model_construct(
            measure=self.ukuran,
            district=self.kode_kabupaten,
            month=self.bulan,
            count=self.jumlah,
        )


COLUMNS = {
    "list": "daftar",
    "measure": "ukuran",
    "district": "kode_kabupaten",
    "first_month": "bulan_pertama",
    "last_month": "bulan_terakhir",
    "month": "bulan",
    "nil": "nihil",
    "count": "jumlah",
    "closing": "penutupan_ke",
    "reason": "alasan",
}
"""What the lists call the fields that rules name."""


class OpenReport(BaseModel):
    """A month that has ended and is not closed."""

    list: ReportList
    district: DistrictCode
    month: str
    status: Literal["never_closed", "reopened"]
    days_late: int
    """Days since the month ended."""


class OpenReportList(BaseModel):
    """One page of open reports; ask again with `after` = `next` until there is none."""

    reports: list[OpenReport]
    next: str | None
