"""The pilot through real processes and the embedded broker ends with the reference's figures."""

import hashlib
import io
import json
import re

import httpx
from rich.console import Console

from lintas.answers import OFFICES, show
from lintas.pilot.numbers import JEMBER
from lintas.registry import PUBLISHERS
from tests.e2e.conftest import Played
from tests.e2e.pilot_run import REGIONS, assert_same_bytes


def test_the_release_has_the_bytes_of_the_reference(played: Played) -> None:
    """Both files, made by another program from the officers' files alone."""
    assert_same_bytes((played.answers.figures, played.answers.table), played.expected)


def test_the_release_has_figures_to_compare(played: Played) -> None:
    """Equal bytes of next to nothing would prove nothing."""
    rows = played.answers.rows
    known = {(row["indicator"], row["region"]) for row in rows if row["value"]}
    assert {"01", "03", "08", "15", "16", "21"} <= {indicator for indicator, _ in known}
    assert {row["status"] for row in rows} == {"published", "hidden"}
    assert len(rows) > 1_000


def test_every_fact_that_was_handed_in_was_accepted(played: Played) -> None:
    """No reject file was written, and nothing waits in quarantine."""
    assert not list(played.pilot_run.inputs.glob("*.ditolak.csv"))
    dumps = list((played.directory / "topics").glob("*.dead-letter.ndjson"))
    assert len(dumps) == 4
    assert [path.name for path in dumps if path.read_bytes()] == []


def test_page_feed_and_printed_table_show_the_same_figure(played: Played) -> None:
    """How many families of Jember have joined: three places, one number."""
    answers = played.answers
    (value,) = (
        row["value"]
        for row in answers.rows
        if (row["indicator"], row["measure"]) == ("01", "joined")
        and (row["region"], row["period"]) == (JEMBER, answers.until)
    )
    assert value > 0
    assert figure_on_page(played.pilot_run.stack.url("monitoring")) == value
    assert figure_printed(played) == value


def figure_on_page(base: str) -> int:
    """The headline's number, as a reader sees it."""
    page = httpx.get(f"{base}/", params={"kabupaten": JEMBER}).raise_for_status().text
    found = re.search(r'class="answer">[^<]*<strong>\s*([\d.]+)\s*</strong>', page)
    assert found, page
    return int(found[1].replace(".", ""))


def figure_printed(played: Played) -> int:
    """The first number in the demo's first table."""
    paper = io.StringIO()
    show(played.answers, REGIONS, Console(file=paper, width=200))
    headline = paper.getvalue().split("PKH families of Jember")[1]
    found = re.search(r"│\s*([\d,]+)\s*│", headline)
    assert found, headline
    return int(found[1].replace(",", ""))


def test_both_offices_get_the_same_answer(played: Played) -> None:
    """Asked with their own tokens: the same definition, months and check, and no difference."""
    ours, theirs = (dict(played.answers.exact[agency]) for agency in OFFICES)
    assert (ours.pop("agency"), theirs.pop("agency")) == tuple(OFFICES)
    own = {one["month"]: one["enrolled"] for one in ours.pop("own")}
    assert own == {one["month"]: one["enrolled"] for one in ours["months"]}
    assert theirs.pop("own") == []
    assert ours == theirs
    assert ours["months"][-1]["joined"] > 0
    assert ours["reconciliation"]["difference"] == 0


def test_exact_figures_round_to_the_published_ones(played: Played) -> None:
    """What staff read and what the public reads come from one count."""
    months = played.answers.exact["SOCIAL_AFFAIRS"]["months"]
    exact = {(month["month"], m): month[m] for month in months for m in ("joined", "enrolled")}
    public = {
        (row["period"], row["measure"]): row["value"]
        for row in played.answers.rows
        if row["indicator"] == "01" and row["region"] == JEMBER and row["value"] is not None
    }
    compared = [key for key in exact if key in public]
    assert compared
    assert [(exact[key] + 2) // 5 * 5 for key in compared] == [public[key] for key in compared]


def test_the_manifest_names_bytes_and_watermarks(played: Played) -> None:
    """Its hashes are those of the files, its watermarks are complete for every source."""
    manifest = json.loads(played.answers.manifest)
    hashes = json.dumps(manifest)
    for content in (played.answers.figures, played.answers.table):
        assert hashlib.sha256(content).hexdigest() in hashes
    marks = manifest["watermarks"]
    for source in PUBLISHERS:
        assert marks[f"urn:lintas:{source}"] > 1_000
    days = {mark["source"]: mark["latest_on"] for mark in played.answers.watermarks}
    assert days.keys() == marks.keys()
    assert all(days.values())
