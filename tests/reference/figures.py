"""From cells to the figures that a release may show, by the headers of the definitions read as plain TOML.

`expected` gives the exact count behind a row of a release. Sums over kabupaten, over cohorts and what remains
of a declared sum are made from the rows that the release has, so that a row too few is found as well.
"""

import re
import tomllib
from collections import defaultdict
from datetime import timedelta
from itertools import accumulate
from pathlib import Path

from tests.reference.months import end_of, months

INDICATORS = Path(__file__).resolve().parents[2] / "services" / "monitoring" / "indicators"
TERM = re.compile(r"(\w+)(?:\[(?:(\w+):)?\*\])?")
TERM_NAME = re.compile(r"[a-z]\w*")
FROM_INPUTS = frozenset(
    {"i01.flow", "i01.enrolled_by_decile", "i01.joined_by_decile", "i01.enrolled_by_area",
     "i01.joined_by_area", "i07.left", "i07.left_by_reason", "i10.members", "i10.activity",
     "i10.benefits", "i11.due", "i11.answers", "i12.within_12", "i12.within_24", "i13.silence",
     "i13.within_12", "i13.within_24", "i15.coverage", "i15.sessions", "i16.participants",
     "i21.registered", "i21.operating", "i21.mentored", "i21.capital", "i22.within_12",
     "i22.within_24", "i22.days", "i22.named", "i22.roles"}
)  # fmt: skip
"""Parts that follow from what the officers handed in alone; the others need days of recording or proof."""


class Header:
    """The parts and sums of one indicator."""

    def __init__(self, text):
        head = tomllib.loads(text.partition("/*")[2].partition("*/")[0])
        self.number = head["number"]
        self.parts = {
            k: v for k, v in head["parts"].items() if v.get("kind", "internal") != "internal"
        }
        self.sums = [tuple(side.strip() for side in one.split("=")) for one in head.get("sums", [])]
        self.part_of = {}
        for name, part in self.parts.items():
            for measure in part.get("measures") or [part["measure"]]:
                self.part_of[measure] = name

    def is_open(self, measure):
        """Whether a measure is not about people; what remains of a sum is like the rest of it."""
        beside = [one for one in self.sums if measure in TERM_NAME.findall(" ".join(one))]
        names = [measure, *(name for one in beside for name in TERM_NAME.findall(" ".join(one)))]
        part = next(self.part_of[name] for name in names if name in self.part_of)
        return self.parts[part].get("disclosure") == "open"

    def split(self, name, band):
        """(measure, band) of a cell of a part."""
        part = self.parts[name]
        if "measure" in part:
            return part["measure"], band
        measure, _, rest = band.partition("/")
        return measure, rest


def headers():
    """Every definition by its number."""
    found = (Header(path.read_text("utf-8")) for path in sorted(INDICATORS.glob("*.sql")))
    return {one.number: one for one in found}


def counts_of(cells, until):
    """{(indicator, measure, region, period, programme, band): count} of kabupaten and kecamatan, no zeros."""
    known = headers()
    owner = {part: header for header in known.values() for part in header.parts}
    lines = defaultdict(lambda: defaultdict(int))
    for (part, region, period, programme, band), value in cells.items():
        header = owner.get(part)
        if header is None or period > until[: len(period)]:
            continue
        measure, rest = header.split(part, band)
        is_split = header.parts[part].get("programmes") in ("recipients", "persons")
        for one in {programme, "ALL"} if is_split else {programme}:
            lines[header.number, measure, region, one, rest][period] += value
    found = {}
    for (number, measure, region, programme, band), line in lines.items():
        part = known[number].parts[known[number].part_of[measure]]
        for period, value in periods(part["kind"], line, until):
            if part["kind"] != "cohort" or is_followed(period, part["follow_days"], until):
                found[number, measure, region, period, programme, band] = value
    return found


def periods(kind, line, until):
    """Period by period, by the kind of the part."""
    if kind == "stock":
        shown = months(min(line), until)
        return list(zip(shown, accumulate(line.get(m, 0) for m in shown), strict=True))
    if kind == "snapshot":
        return [(until, sum(line.values()))]
    if kind == "year":
        years = defaultdict(int)
        for period, value in line.items():
            years[period[:4]] += value
        return list(years.items())
    return list(line.items())


def is_followed(cohort, days, until):
    """Whether everybody of a month has had so many days by the end of another."""
    return end_of(cohort) + timedelta(days=days) <= end_of(until)


class Expected:
    """The exact count behind each row of a release that has one."""

    def __init__(self, counts, rows):
        self.counts, self.headers = counts, headers()
        self.rows = {key_of(row): row for row in rows}
        self.codes = sorted({key[2] for key in self.rows if len(key[2]) == 2} - {"ID"})
        self.inside = defaultdict(list)
        self.cohorts = defaultdict(list)
        for key, row in self.rows.items():
            if row["status"] in ("published", "hidden"):
                if len(key[2]) == 5:
                    self.inside[key[:2] + key[3:], key[2][:2]].append(key)
                if key[3] != "total":
                    self.cohorts[key[:3] + key[4:]].append(key)

    def of(self, key):
        """The count of a figure."""
        indicator, _, region, period, *_ = key
        if region == "ID":
            return sum(self.of(one) for one in self.provinces(key))
        if len(region) == 2:
            return sum(self.of(one) for one in self.inside[key[:2] + key[3:], region])
        if period == "total":
            return sum(self.of(one) for one in self.cohorts[key[:3] + key[4:]])
        if key[1] not in self.headers[indicator].part_of:
            return self.rest(key)
        return self.counts.get(key, 0)

    def provinces(self, key):
        """The provinces' figures of a figure of the nation."""
        keys = (with_region(key, code) for code in self.codes)
        return [one for one in keys if one in self.rows]

    def rest(self, key):
        """A measure that no part gives: a sum of others, or what remains of one."""
        header, measure = self.headers[key[0]], key[1]
        for total, parts in header.sums:
            terms = [TERM.fullmatch(one.strip()) for one in parts.split("+")]
            names = [term[1] for term in terms]
            if measure == total and all(name in header.part_of for name in names):
                return sum(self.term(key, term) for term in terms)
            if measure in names and total in header.part_of:
                others = (term for term in terms if term[1] != measure)
                if all(name in header.part_of for name in names if name != measure):
                    return self.of(with_measure(key, total)) - sum(
                        self.term(key, t) for t in others
                    )
        raise AssertionError(f"no sum gives {key}")

    def term(self, key, term):
        """The value of one term at the place and time of a figure."""
        name, over = term[1], term[0].endswith("]")
        if not over:
            return self.of(with_measure(key, name))
        prefix = f"{term[2]}" if term[2] else ""
        return sum(
            value
            for (i, m, region, period, programme, band), value in self.counts.items()
            if (i, m, region, period, programme) == (key[0], name, *key[2:5])
            and band.startswith(prefix)
        )


def with_region(key, region):
    """The same figure of another region."""
    return (*key[:2], region, *key[3:])


def with_measure(key, measure):
    """The same figure of another measure."""
    return (key[0], measure, *key[2:])


def key_of(row):
    """The six words that name a figure."""
    names = ("indicator", "measure", "region", "period", "programme", "band")
    return tuple(row[name] for name in names)
