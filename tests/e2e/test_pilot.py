"""The pilot through real processes and the embedded broker ends with the reference's figures."""

import base64
import hashlib
import io
import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
from rich.console import Console
from typer.testing import CliRunner

from lintas.answers import OFFICES, show
from lintas.main import app
from lintas.pilot.late import BEFORE_LAST_MONTH
from lintas.pilot.numbers import JEMBER, Numbers
from lintas.registry import PUBLISHERS
from tests.e2e.conftest import Played
from tests.e2e.pilot_run import REGIONS, assert_figures
from tests.reference import reference
from tests.reference.compare import differences


def test_the_release_has_the_figures_of_the_reference(played: Played) -> None:
    """Counted by another program from the officers' files alone."""
    releases = [played.first.rows, played.answers.rows]
    assert_figures(releases, played.counted, played.answers.until)


def test_every_published_figure_is_counted_so_from_the_events(played: Played) -> None:
    """All indicators, by the same other program from the topics."""
    cells = reference.cells(list(events(played)))
    releases = [played.first.rows, played.answers.rows]
    wrong, compared = differences(releases, cells, played.answers.until)
    assert wrong == []
    assert compared > 5_000


def events(played: Played) -> Iterator[Any]:
    """Everything on the kept topics of the ministries."""
    for source in PUBLISHERS:
        file = played.directory / "topics" / f"lintas.{source}.v1.ndjson"
        for line in file.read_text("ascii").splitlines():
            yield json.loads(base64.b64decode(json.loads(line)["value"]))


def test_the_releases_have_figures_to_compare(played: Played) -> None:
    """Equal figures of next to nothing would prove nothing."""
    rows = played.answers.rows
    known = {row["indicator"] for row in rows if row["value"]}
    assert {"01", "08", "09", "13", "15", "21", "29"} <= known
    assert {row["status"] for row in rows} == {
        "published", "hidden", "not_reported", "not_applicable",
    }  # fmt: skip
    assert len(rows) > 10_000


def test_the_releases_together_give_nothing_away(played: Played) -> None:
    """The audit of anyone who holds both folders."""
    folders = [str(played.directory / "releases" / number) for number in ("1", "2")]
    result = CliRunner().invoke(app, ["release", "audit", *folders])
    assert result.exit_code == 0, result.output
    assert "fewer than 11 values: 0" in result.output


def test_late_facts_move_figures_and_are_listed(played: Played) -> None:
    """Each change with its old and its new value, and its cause."""
    changes = json.loads(played.answers.files["changes.json"])["changes"]
    names = ("indicator", "measure", "region", "period", "programme", "band")
    before = {tuple(row[n] for n in names): row["value"] for row in played.first.rows}
    now = {tuple(row[n] for n in names): row["value"] for row in played.answers.rows}
    causes = {one["cause"]: one["indicator"] for one in changes}
    assert causes.keys() == {"late", "corrected", "more_reported"}
    families = ("01", "enrolled", JEMBER, "2026-05", "PKH", "")
    assert now[families] - before[families] in range(36, 45)
    listed = {tuple(one[n] for n in names): (one["old"], one["new"]) for one in changes}
    moved = {k: (v, now.get(k)) for k, v in before.items() if v is not None and now.get(k) != v}
    assert listed == moved
    assert moved


def test_a_month_with_an_open_list_is_not_reported(played: Played) -> None:
    """The list of members of June: neither zero nor hidden."""
    june = [
        row["status"]
        for row in played.answers.rows
        if (row["indicator"], row["measure"], row["region"]) == ("01", "joined", JEMBER)
        and row["period"] == played.answers.until
    ]
    assert set(june) == {"not_reported"}


def test_every_fact_that_was_handed_in_was_accepted(played: Played) -> None:
    """No reject file was written, and nothing waits in quarantine."""
    assert not list(played.pilot_run.inputs.glob("*.ditolak.csv"))
    dumps = list((played.directory / "topics").glob("*.dead-letter.ndjson"))
    assert len(dumps) == 4
    assert [path.name for path in dumps if path.read_bytes()] == []


def test_page_feed_and_printed_table_show_the_same_figure(played: Played) -> None:
    """How many families of Jember have joined until May: three places, one number."""
    answers = played.answers
    (value,) = (
        row["value"]
        for row in answers.rows
        if (row["indicator"], row["measure"], row["programme"]) == ("01", "joined", "PKH")
        and (row["region"], row["period"]) == (JEMBER, BEFORE_LAST_MONTH)
    )
    assert value > 0
    assert figure_on_page(played.pilot_run.stack.url("monitoring")) == value
    assert figure_printed(played) == value


def figure_on_page(base: str) -> int:
    """The headline's number, as a reader sees it."""
    page = httpx.get(f"{base}/", params={"kabupaten": JEMBER}).raise_for_status().text
    found = re.search(r'class="answer">[^<]*<strong>\s*([\d.]+)', page)
    assert found, page
    return int(found[1].replace(".", ""))


def figure_printed(played: Played) -> int:
    """The first number in the demo's first table."""
    paper = io.StringIO()
    show(played.answers, REGIONS, Console(file=paper, width=200))
    headline = paper.getvalue().split("PKH families and cooperatives")[1]
    found = re.search(r"│\s*([\d.,]+)\s*│", headline)
    assert found, headline
    return int(re.sub(r"[.,]", "", found[1]))


def test_both_offices_get_the_same_answer(played: Played) -> None:
    """Asked with their own tokens: the same definition, months and check, and no difference."""
    ours, theirs = (dict(played.answers.exact[agency]) for agency in OFFICES)
    assert (ours.pop("agency"), theirs.pop("agency")) == tuple(OFFICES)
    own = {one["month"]: one["enrolled"] for one in ours.pop("own")}
    joined = {one["month"]: one["enrolled"] for one in ours["months"]}
    assert own.keys() == joined.keys()
    # the own half is live; the joined half moves once a day, and the late families came on the same day
    assert {own[month] - joined[month] for month in own} <= {0, Numbers.small().late_families}
    assert theirs.pop("own") == []
    assert ours == theirs
    assert ours["months"][-1]["joined"] > 0
    assert ours["reconciliation"]["difference"] == 0


def test_exact_figures_are_near_the_published_ones(played: Played) -> None:
    """What staff read and what the public reads come from one count: rounded, or less than 11 away.

    The joined half moves once a day: it is that of the first release, or after midnight of the last.
    """
    months = played.answers.exact["SOCIAL_AFFAIRS"]["months"]
    exact = {(month["month"], m): month[m] for month in months for m in ("joined", "enrolled")}
    near = []
    for answers in (played.first, played.answers):
        public = {
            (row["period"], row["measure"]): row["value"]
            for row in answers.rows
            if (row["indicator"], row["region"], row["programme"]) == ("01", JEMBER, "PKH")
            and row["value"] is not None
        }
        compared = [key for key in exact if key in public]
        assert compared
        near.append(all(abs(exact[key] - public[key]) <= 12 for key in compared))
    assert any(near)


def test_the_manifest_names_bytes_and_days(played: Played) -> None:
    """Its hashes are those of the files; it names a day of every source, and no sequence."""
    files = dict(played.answers.files)
    manifest = json.loads(files.pop("manifest.json"))
    hashes = {name: hashlib.sha256(body).hexdigest() for name, body in files.items()}
    assert manifest["files"] == hashes
    marks = manifest["recorded_until"]
    assert marks.keys() == {f"urn:lintas:{source}" for source in PUBLISHERS}
    assert all(date.fromisoformat(day) for day in marks.values())
    assert len(manifest["vector"]["sha256"]) == 64
    days = {mark["source"]: mark["latest_on"] for mark in played.answers.watermarks}
    assert days.keys() == marks.keys()
    assert all(days.values())
