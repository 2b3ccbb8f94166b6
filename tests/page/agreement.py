"""What the page and the printed tables show, read back as a reader reads it, and what the feed says.

It knows the figures of each section from its plan, and words from their catalogue; everything else
(periods, names of places, numbers, statuses) it reads and writes by itself.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from copy import copy
from typing import Any, NamedTuple

from services.monitoring.page.sections import PLANS
from services.monitoring.page.words import Words

MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
WORDS = Words("id")
STATUSES = {
    "hidden": "dirahasiakan",
    "not_reported": "belum dilaporkan",
    "not_applicable": "tidak berlaku",
}
OTHERS = "Kecamatan lainnya (dirahasiakan)"
READ_PAGE = """() => {
  const text = e => e.textContent.replace(/\\s+/g, ' ').replace('*', '').replace('•', '').trim();
  const all = (from, what) => [...from.querySelectorAll(what)];
  const table = e => ({
    heads: all(e, 'thead th').slice(1).map(text),
    lines: all(e, 'tbody tr').map(r => [text(r.cells[0]), [...r.cells].slice(1).map(text)])});
  return {
    answer: all(document, '.answer').map(text),
    states: all(document, '.states div').map(d => [text(d.querySelector('dt')), text(d.querySelector('dd'))]),
    kecamatan: table(document.querySelector('#kecamatan').closest('table')),
    cells: all(document, 'td').length,
    sections: all(document, '.columns > section').map(s => ({
      name: s.id, source: text(s.querySelector('.source')),
      bars: all(s, '.bars li').map(li => [
        text(li.querySelector('.label')), text(li.querySelector('.count'))]),
      table: table(s.querySelector('table'))}))};
}"""
"""Everything that has a number, as text."""


class Line(NamedTuple):
    """One line of the feed, as far as a reader sees it."""

    value: str
    status: str
    unit: str
    region_name: str


class Feed:
    """The lines of `data.csv` and `other-kecamatan.csv`, looked up for one programme."""

    def __init__(self, body: bytes, others: bytes, programme: str) -> None:
        self.rows = list(csv.DictReader(io.StringIO(body.decode())))
        self._programme = programme
        key = ("indicator", "measure", "region_code", "period", "programme", "band")
        self._lines = {
            tuple(row[name] for name in key): Line(*(row[name] for name in Line._fields))
            for row in self.rows
        }
        self._others = {
            tuple(row[name] for name in key): row
            for row in csv.DictReader(io.StringIO(others.decode()))
        }

    def of_programme(self, programme: str) -> "Feed":
        """The same lines for another programme."""
        other = copy(self)
        other._programme = programme
        return other

    def line(self, indicator: str, measure: str, region: str, period: str, band: str) -> Line:
        """The one line of a figure: of the programme, or of none."""
        keys = (
            (f"I{indicator}", measure, f"ID-{region}", period, programme, band)
            for programme in (self._programme, "")
        )
        return next(self._lines[key] for key in keys if key in self._lines)

    def others(self, region: str, period: str) -> str:
        """The hidden kecamatan of a kabupaten together, as the page writes them; `-` where there are none."""
        key = ("I01", "joined", f"ID-{region}", period, self._programme, "")
        if key not in self._others:
            return "-"
        row = self._others[key]
        about, low, high = (written(row[name]) for name in ("about", "lowest", "highest"))
        return f"sekitar {about} ({low}–{high}), {row['hidden']} kec."

    def items(self, figures: tuple[str, ...]) -> list[tuple[str, str, str]]:
        """Indicator, measure and band of each figure that the programme has."""
        found = []
        for one in figures:
            indicator, _, measure = one.partition(".")
            bands = {
                row["band"]
                for row in self.rows
                if (row["indicator"], row["measure"]) == (f"I{indicator}", measure)
                and row["programme"] in ("", self._programme)
            }
            found += [(indicator, measure, band) for band in sorted(bands)]
        return found

    def regions(self) -> dict[str, str]:
        """Codes of places by their names."""
        return {row["region_name"]: row["region_code"].removeprefix("ID-") for row in self.rows}


def said(line: Line) -> str:
    """A figure as the page writes it."""
    if line.status != "published":
        return STATUSES[line.status]
    return written(line.value)


def written(number: str) -> str:
    """A number as Indonesian writes it."""
    return f"{int(number):,}".replace(",", ".")


def period_of(text: str) -> str:
    """The code of `Juni 2026`, `Jun 26`, `2026` or all cohorts."""
    if text == "semua bulan":
        return "total"
    if text.isdigit():
        return f"{text}-A1"
    name, year = text.rsplit(" ", 1)
    month = next(place for place, one in enumerate(MONTHS, 1) if one.startswith(name[:3]))
    return f"{'20' if len(year) == 2 else ''}{year}-M{month:02d}"


Compared = tuple[str, str, str]
"""Where it is, what is shown, what the feed says."""


def page_against_feed(shown: Mapping[str, Any], feed: Feed, district: str) -> Iterator[Compared]:
    """Every number and status of a page beside the feed's, whether they agree or not."""
    figures = {plan.name: plan.figures for plan in PLANS}
    yield from _headline(shown, feed, district)
    yield from _subdistricts(shown["kecamatan"], feed, district)
    for section in shown["sections"]:
        items = feed.items(figures[section["name"]])
        where = section["name"]
        for label, texts in section["table"]["lines"]:
            lines = [feed.line(i, m, district, period_of(label), b) for i, m, b in items]
            assert len(lines) == len(texts) == len(section["table"]["heads"]), where
            yield from (
                (f"{where} {label}", text, said(one))
                for text, one in zip(texts, lines, strict=True)
            )
        period = period_of(section["source"].rsplit(" · ", 1)[1])
        lines = [feed.line(i, m, district, period, b) for i, m, b in items]
        for (label, text), one, item in zip(section["bars"], lines, items, strict=True):
            assert label == WORDS.item(*item)
            yield f"{where}, bar {label}", text, bar(one, lines[0], text)


def _subdistricts(table: Mapping[str, Any], feed: Feed, district: str) -> Iterator[Compared]:
    codes = feed.regions()
    for name, texts in table["lines"]:
        for head, text in zip(table["heads"], texts, strict=True):
            if name == OTHERS:
                yield f"{name} {head}", text, feed.others(district, period_of(head))
            else:
                line = feed.line("01", "joined", codes[name], period_of(head), "")
                yield f"{name} {head}", text, said(line)


def _headline(shown: Mapping[str, Any], feed: Feed, district: str) -> Iterator[Compared]:
    """The answer's two numbers and the three states, always of PKH."""
    pkh = feed.of_programme("PKH")
    (answer,) = shown["answer"]
    period = period_of(re.findall(r"pada akhir (\w+ \d{4})", answer)[0])
    joined, enrolled = (
        pkh.line("01", measure, district, period, "") for measure in ("joined", "enrolled")
    )
    numbers = re.findall(r"[\d.]+", answer.partition(" keluarga")[0])
    yield from zip(("answer", "of"), numbers, (said(joined), said(enrolled)), strict=True)
    for (label, text), measure in zip(
        shown["states"], ("joined", "not_joined", "unknown"), strict=True
    ):
        assert label == WORDS.name(f"01.{measure}")
        line = pkh.line("01", measure, district, period, "")
        yield label, text, bar(line, enrolled, text)


def bar(line: Line, whole: Line, text: str) -> str:
    """What is beside a bar: number, unit with its programme, share; a status alone."""
    if line.status != "published":
        return said(line)
    number, _, rest = text.partition(" ")
    unit, _, share = rest.replace("(", "").replace(")", "").rpartition(" ")
    if not share.endswith("%"):
        return f"{said(line)} {rest}" if rest.startswith(WORDS.unit(line.unit)) else "no unit"
    part, all_of_it = int(line.value), int(whole.value)
    percent = (200 * part + all_of_it) // (2 * all_of_it)
    assert unit.startswith(WORDS.unit(line.unit)), text
    return text.replace(number, said(line), 1).replace(share, f"{percent}%")


Printed = tuple[str, list[str], list[list[str]]]
"""What is above a table, its heads, its lines."""


def printed_tables(text: str) -> list[Printed]:
    """Each table with the words above it: a long title is broken, after the caption before it."""
    found: list[Printed] = []
    above: list[str] = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in re.split("[│┃]", line)[1:-1]]
        if line.strip().startswith("┃"):
            found.append((" ".join(above), cells, []))
            above = []
        elif line.strip().startswith("│"):
            found[-1][2].append(cells)
        elif line.strip() and line.strip()[0] not in "┏┡└─":
            above.append(line.strip())
    return found


def printed_against_feed(tables: list[Printed], feed: Feed) -> Iterator[Compared]:
    """Every number of the printed sections, kecamatan and headline beside the feed's."""
    plans = {WORDS.text(f"section.{plan.name}"): plan for plan in PLANS}
    codes, district = feed.regions(), ""
    for title, heads, lines in tables:
        named = re.search(r"(?P<name>[^:]*): (?P<place>Kabupaten \w+), (?P<when>[\w ]+)", title)
        if "families by kecamatan" in title:
            district = codes[lines[0][0]]
            yield from _printed_subdistricts(heads[1:], lines, feed)
        elif heads[1:] == [OTHERS]:
            for head, text in lines:
                yield f"{OTHERS} {head}", text, feed.others(district, period_of(head))
        elif named and "PKH families and cooperatives" in named["name"]:
            measures = ("joined", "not_joined", "unknown", "enrolled")
            where, period = codes[named["place"]], period_of(named["when"])
            for text, measure in zip(lines[0], measures, strict=True):
                yield measure, text, marked(feed.line("01", measure, where, period, ""))
        elif named:
            where, period = codes[named["place"]], period_of(named["when"])
            (plan,) = (plan for words, plan in plans.items() if named["name"].endswith(words))
            items = feed.items(plan.figures)
            for (label, text, _), (i, m, band) in zip(lines, items, strict=True):
                line = feed.line(i, m, where, period, band)
                yield f"{plan.name} {label}", text, marked(line)


def _printed_subdistricts(
    heads: list[str], lines: list[list[str]], feed: Feed
) -> Iterator[Compared]:
    codes = feed.regions()
    for label, *texts in lines:
        for head, text in zip(heads, texts, strict=True):
            line = feed.line("01", "joined", codes[label], period_of(head), "")
            yield f"{label} {head}", text, marked(line)


def marked(line: Line) -> str:
    """A figure as it is printed: hidden ones are a square."""
    return "■" if line.status == "hidden" else said(line)
