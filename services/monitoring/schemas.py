"""What goes in and out of monitoring's own endpoints."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.events.monitoring import CutCause, CutReason


class Shape(BaseModel):
    """The parent of what is asked and answered: closed and frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class ReleaseOrder(Shape):
    """Ask for a release that no calendar planned."""

    cause: CutCause
    """Why it is wanted; it is published with the cut and in the manifest."""
    until: str | None = Field(
        default=None,
        pattern=r"^2\d{3}-(0[1-9]|1[0-2])$",
        description="Last month to cover; without it, the last month that has ended",
    )


class CutShown(Shape):
    """A cut of the log, from which a release is made or will be."""

    number: int
    """The number of its release."""
    id: UUID
    until: str
    """Last month that the release covers."""
    reason: CutReason
    cause: CutCause | None
    taken_on: date
    """Day on which it was taken; what came later is not in its release."""
    released: bool
    """Whether its release is published; until then it is being made."""


class Cuts(Shape):
    """The newest cuts, newest first."""

    cuts: list[CutShown]


class MonthFigures(Shape):
    """Families at the end of one month."""

    month: str
    joined: int
    not_joined: int
    unknown: int
    """Families of whom nobody is registered by identity."""
    enrolled: int


class OwnMonth(Shape):
    """What the office of the families itself counts at the end of one month, live."""

    month: str
    unknown: int
    enrolled: int


class Facilitator(Shape):
    """One facilitator's year."""

    facilitator: str
    """Id of the facilitator, as in events."""
    target: int | None
    """None: without a target of that year."""
    graduated: int


class FacilitatorFigures(Shape):
    """Exact figures of graduation targets by facilitator in one kabupaten."""

    indicator: str
    region: str
    year: str
    facilitators: list[Facilitator]


class Reconciliation(Shape):
    """Joined families counted from both ministries' sides; the difference must be 0."""

    on: date
    family_side: int
    cooperative_side: int
    difference: int


class ExactFigures(Shape):
    """Exact figures of one indicator in one region, the same for both ministries."""

    indicator: str
    definition_sha256: str
    """Hash of the definition by which this was counted."""
    agency: str
    """Who asks; it does not change the figures."""
    region: str
    until: str
    """Last month that is complete and shown."""
    as_of: date
    """Day of the cut of `months`: they move once a day at most, when enough families have changed."""
    watermarks: dict[str, int]
    """For each source, the sequence up to which everything is counted in `own`."""
    months: list[MonthFigures]
    own: list[OwnMonth]
    """The office's own half as it is known now; empty for an office that owns no families."""
    reconciliation: Reconciliation | None
    """None for a kecamatan: the members' side is counted by kabupaten."""


class SourceWatermark(Shape):
    """How far one source is complete, in days: a count at every moment would show single people."""

    source: str
    latest_on: date | None
    """Day of the latest event."""
    lag_days: int | None
    """Days from that day to today."""


class Watermarks(Shape):
    """How far each source is complete."""

    sources: list[SourceWatermark]


class Words(Shape):
    """A text in both languages."""

    id: str
    en: str


class PartOfDefinition(Words):
    """One part of the cells: how it is counted, and which figures it makes."""

    kind: str
    measure: str
    measures: list[str]
    unit: str
    disclosure: str
    levels: list[str]
    programmes: str
    bands: list[str]
    follow_days: int
    needs: list[str] | None
    """None: those of the indicator."""
    applies_where: str
    """A measure: where it is 0, these figures cannot exist."""
    said_by: str
    """A measure: where it is 0, these figures are not reported."""
    made_by: str
    """The part that names the persons whose results are added up; figures of fewer than three are
    hidden."""


class Definition(Shape):
    """One indicator as it is counted."""

    number: str
    name_id: str
    name_en: str
    unit: str
    """What is counted."""
    population: Words
    numerator: Words
    denominator: Words
    follow_up: Words
    """How long each is followed before it counts."""
    not_counted: Words | None
    """Who is left out, where that may surprise."""
    caveats: Words | None
    """What a reader must know before using the figures."""
    dimensions: list[str]
    needs: list[str]
    """The lists without which the figure is not complete."""
    disclosure: str
    constraints: list[str]
    """What must hold between these figures and others."""
    sums: list[str]
    """Sums of measures, in every place, period, programme and band."""
    source: str
    version: int
    since: date
    parts: dict[str, PartOfDefinition]
    """Part of the cells, and how it is counted."""
    query: str
    """The SQL that counts it."""
    views: list[str]
    """The views that the query reads, each after those that it reads itself."""
    tables: list[str]
    """The tables of the log that they read."""
    sha256: str
    """Hash of all that can change the figure."""


class Definitions(Shape):
    """Every indicator."""

    indicators: list[Definition]


class ReportedMonth(Shape):
    """A list of a kabupaten in a month."""

    district: str
    list: str
    month: str
    expected: bool
    """Whether an office has to report it."""
    closed: bool
    """Whether the office says that it is complete."""


class OverdueReport(Shape):
    """Months of a list that a kabupaten has not closed, as of the newest cut."""

    district: str
    list: str
    office: str
    """Who reports the list: the source of its events."""
    months: tuple[str, ...]
    """Every month that has ended and is open, the first first."""
    days_late: int
    """Days since the first of them ended."""


class OverdueReports(Shape):
    """One page, by kabupaten and list; ask again with `after` = `next` until there is none."""

    reports: list[OverdueReport]
    next: str | None


class DeniedNil(Shape):
    """A month that was closed as nil and that has records all the same; they count."""

    district: str
    list: str
    month: str


class DeniedNils(Shape):
    """What an area's offices closed as nil and recorded later, as of the newest cut."""

    area: str
    reports: list[DeniedNil]


class Reporting(Shape):
    """Who has closed which month, as of the newest cut."""

    month: str | None
    """The month asked for, or the last that is expected; none where nobody ever closed one."""
    complete_until: str | None
    """The last month up to which every expected list of these areas is closed."""
    expected: int
    """Lists of kabupaten that are expected in the month."""
    reporting: int
    """Those of them that are closed."""
    reports: list[ReportedMonth]
