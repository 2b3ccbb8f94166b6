"""The words that come in about members' months and benefits, coming back, and support."""

from collections.abc import Iterator
from enum import StrEnum

from services.cooperative.list_rows import WORDS as STEP_WORDS
from services.cooperative.list_rows import MemberStepRow
from services.cooperative.months import Matter
from services.cooperative.schemas import MemberStep, Number
from shared.application.fields import HappenedOn, Item
from shared.application.listed import ListedItem
from shared.application.reporting.schemas import MonthCell
from shared.csv.fields import Choice, DayCell, Identifier, Maybe
from shared.events.days import EndedMonth
from shared.events.membership import BenefitKind
from shared.events.strengthening import CapitalKind, MentoringKind
from shared.security.identity import NationalId


class ActivityItem(Item):
    """What a member did in a month that has ended; what is left out nobody knows yet."""

    cooperative_number: Number
    national_id: NationalId
    month: EndedMonth
    savings_paid: bool | None = None
    """Whether the mandatory savings of the month are paid."""
    transacted: bool | None = None
    """Whether there was a transaction with the cooperative."""

    @property
    def said(self) -> Iterator[tuple[Matter, bool]]:
        """What is said of the month, and about what."""
        for matter in Matter:
            answer = getattr(self, matter.value)
            if answer is not None:
                yield matter, answer


class BenefitItem(Item):
    """A member got something for being one."""

    cooperative_number: Number
    national_id: NationalId
    kind: BenefitKind
    granted_on: HappenedOn


class Reinstatement(MemberStep):
    """Somebody who had lapsed or resigned is a member again from this day."""

    reinstated_on: HappenedOn


class SupportItem(Item):
    """The parent of what strengthens a cooperative: which one."""

    cooperative_number: Number


class MentoringItem(SupportItem):
    """The management of a cooperative was mentored."""

    kind: MentoringKind
    mentored_on: HappenedOn


class CapitalItem(SupportItem):
    """A cooperative got capital; no amount is taken."""

    kind: CapitalKind
    granted_on: HappenedOn


class Answer(StrEnum):
    """What a cell answers."""

    YES = "YES"
    NO = "NO"


WORDS = STEP_WORDS | {
    "month": "bulan",
    "savings_paid": "simpanan_wajib",
    "transacted": "bertransaksi",
    "reinstated_on": "tanggal_kembali",
}
"""What these lists call the fields of items."""
BENEFIT_WORDS = WORDS | {"kind": "jenis_manfaat", "granted_on": "tanggal_manfaat"}
MENTORING_WORDS = WORDS | {"kind": "jenis_pendampingan", "mentored_on": "tanggal_pendampingan"}
CAPITAL_WORDS = WORDS | {"kind": "jenis_modal", "granted_on": "tanggal_modal"}


def _is_yes(answer: Answer | None) -> bool | None:
    return None if answer is None else answer is Answer.YES


class ActivityRow(MemberStepRow):
    """One row of the list `member-activity`: a month of a member, two facts."""

    SAYS, WORDS = ActivityItem, WORDS

    bulan: MonthCell[EndedMonth]
    simpanan_wajib: Maybe[Choice[Answer]]
    bertransaksi: Maybe[Choice[Answer]]

    @property
    def item(self) -> ActivityItem:
        """The row in the words of the HTTP endpoint: `ya`, `tidak`, or nothing."""
        return ActivityItem.model_construct(
            cooperative_number=self.nomor_koperasi,
            national_id=self.nik,
            month=self.bulan,
            savings_paid=_is_yes(self.simpanan_wajib),
            transacted=_is_yes(self.bertransaksi),
        )


class BenefitRow(MemberStepRow):
    """One row of the list `member-benefits`."""

    SAYS, WORDS = BenefitItem, BENEFIT_WORDS

    jenis_manfaat: Choice[BenefitKind]
    tanggal_manfaat: DayCell[HappenedOn]


class ReinstatementRow(MemberStepRow):
    """One row of the list `member-reinstatements`."""

    SAYS, WORDS = Reinstatement, WORDS

    tanggal_kembali: DayCell[HappenedOn]


class MentoringRow(ListedItem):
    """One row of the list `cooperative-mentoring`."""

    SAYS, WORDS = MentoringItem, MENTORING_WORDS

    nomor_koperasi: Identifier
    jenis_pendampingan: Choice[MentoringKind]
    tanggal_pendampingan: DayCell[HappenedOn]


class CapitalRow(ListedItem):
    """One row of the list `cooperative-capital`."""

    SAYS, WORDS = CapitalItem, CAPITAL_WORDS

    nomor_koperasi: Identifier
    jenis_modal: Choice[CapitalKind]
    tanggal_modal: DayCell[HappenedOn]
