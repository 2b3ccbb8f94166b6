"""`other-kecamatan.csv`: hidden kecamatan together, derived from what a release shows. Pure."""

import csv
import io
from collections.abc import Iterable, Iterator

from services.monitoring.feed import forms
from services.monitoring.feed.columns import COLUMNS, Column, Line, named
from services.monitoring.release.figure import FigureId
from services.monitoring.release.remainders import Remainder
from services.monitoring.release.scope import Places

DERIVED = "derived"
_OF_THE_TABLE = ("indicator", "measure", "region_code", "region_name", "period", "period_kind",
                 "programme", "band", "unit")  # fmt: skip
OTHER_COLUMNS = (
    *(one for one in COLUMNS if one.name in _OF_THE_TABLE),
    Column("hidden", "integer", "banyaknya kecamatan yang dirahasiakan", "kecamatan that are hidden"),
    Column("shown", "integer", "banyaknya kecamatan yang ditampilkan", "kecamatan that are shown"),
    Column("not_reported", "integer", "kecamatan yang belum dilaporkan; tidak termasuk",
           "kecamatan not reported; not included"),
    Column("not_applicable", "integer", "kecamatan yang tidak berlaku; tidak termasuk",
           "kecamatan not applicable; not included"),
    Column("about", "integer", "angka kabupaten dikurangi kecamatan yang ditampilkan",
           "the kabupaten less the kecamatan that are shown"),
    Column("lowest", "integer", "angka terendah yang mungkin", "the lowest number that is possible"),
    Column("highest", "integer", "angka tertinggi yang mungkin", "the highest number that is possible"),
    Column("status", "string", "derived: dihitung dari yang ditampilkan, bukan angka tersendiri",
           "derived: worked out from what is shown, no figure of its own", codes=(DERIVED,)),
)  # fmt: skip
OTHER_NAMES = tuple(one.name for one in OTHER_COLUMNS)


def others_csv(others: Iterable[Remainder], regions: Places) -> bytes:
    """RFC 4180 in UTF-8, in the order of the figures."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(OTHER_NAMES)
    writer.writerows(_lines(others, regions))
    return text.getvalue().encode()


def _lines(others: Iterable[Remainder], regions: Places) -> Iterator[Line]:
    name = named(regions)
    for other in others:
        one = other.id
        yield (
            forms.indicator_code(one.indicator),
            one.measure,
            forms.region_code(one.region),
            name(one.region),
            forms.period_code(one.period),
            forms.period_kind(one.period),
            one.programme,
            one.band,
            other.unit,
            *other[2:],
            DERIVED,
        )


def read_others(body: bytes) -> list[Remainder]:
    """The remainders again, from the bytes of the file."""
    lines = csv.DictReader(io.StringIO(body.decode(), newline=""))
    numbers = OTHER_NAMES[len(_OF_THE_TABLE) : -1]
    return [
        Remainder(
            FigureId(
                line["indicator"].removeprefix("I"),
                line["measure"],
                line["region_code"].removeprefix(f"{forms.NATION}-"),
                forms.period_of(line["period"]),
                line["programme"],
                line["band"],
            ),
            line["unit"],
            *(int(line[name]) for name in numbers),
        )
        for line in lines
    ]
