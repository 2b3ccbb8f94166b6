"""The columns of the table of a release, in order, with what each of them says."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from services.monitoring.feed import forms
from services.monitoring.release.figure import Row
from services.monitoring.release.manifest import STATUSES
from services.monitoring.release.scope import Places

Value = str | int | None
Line = tuple[Value, ...]
NATION_NAME = "Indonesia"


@dataclass(frozen=True)
class Column:
    """One column: its name, type, and meaning in both languages."""

    name: str
    type: Literal["string", "integer"]
    id: str
    en: str
    pattern: str = ""
    codes: Sequence[str] = ()
    """All values that it may have, where they are few."""


COLUMNS = (
    Column("indicator", "string", "nomor indikator", "number of the indicator", forms.INDICATOR_FORM),
    Column("measure", "string", "ukuran di dalam indikator", "measure of the indicator"),
    Column("region_code", "string", "kode wilayah Kemendagri sesudah ID-; ID adalah Indonesia",
           "Kemendagri code after ID-; ID is the nation", forms.REGION_FORM),
    Column("region_name", "string", "nama wilayah", "name of the region"),
    Column("level", "string", "tingkat wilayah", "level of the region",
           codes=("nasional", "provinsi", "kabupaten", "kecamatan")),
    Column("period", "string", "bulan 2026-M06, tahun 2026-A1, atau total semua kohor",
           "month 2026-M06, year 2026-A1, or total over all cohorts", forms.PERIOD_FORM),
    Column("period_kind", "string", "jenis periode", "kind of the period",
           codes=("month", "year", "total")),
    Column("programme", "string", "program; kosong bila tidak ada", "programme; empty where none"),
    Column("band", "string", "kelas di dalam ukuran, atau kosong", "class of the measure, or empty"),
    Column("unit", "string", "yang dihitung", "what is counted"),
    Column("value", "integer", "angka; kosong bila tidak ditampilkan", "figure; empty when not shown"),
    Column("status", "string", "status angka", "status of the figure", codes=STATUSES),
    Column("mark", "string", "revised: berubah; break: definisi baru",
           "revised: has changed; break: new definition", codes=("", "revised", "break")),
    Column("reporting", "integer", "kabupaten/kota yang sudah melapor", "kabupaten that have reported"),
    Column("expected", "integer", "kabupaten/kota yang wajib melapor", "kabupaten obliged to report"),
)  # fmt: skip
NAMES = tuple(one.name for one in COLUMNS)


def lines(rows: Sequence[Row], regions: Places) -> Iterator[Line]:
    """The rows of a release as lines of the table, in their order."""
    name = named(regions)
    for row in rows:
        one = row.id
        yield (
            forms.indicator_code(one.indicator),
            one.measure,
            forms.region_code(one.region),
            name(one.region),
            forms.level_of(one.region),
            forms.period_code(one.period),
            forms.period_kind(one.period),
            one.programme,
            one.band,
            row.unit,
            row.value,
            row.status,
            row.mark,
            row.reporting,
            row.expected,
        )


def named(regions: Places) -> Callable[[str], str]:
    """Gives the name of a region by its code; nothing where the list has none."""
    known = {forms.NATION: NATION_NAME}

    def name(code: str) -> str:
        if code not in known:
            known[code] = regions.name(code) if regions.exists(code) else ""
        return known[code]

    return name


def as_record(line: Line) -> Mapping[str, Value]:
    """A line by the names of its columns."""
    return dict(zip(NAMES, line, strict=True))
