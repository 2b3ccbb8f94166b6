"""What people read in the repository leads where it says."""

import re
from pathlib import Path

from tests.kit.links import broken

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def test_every_link_leads_to_a_file_and_a_heading_that_exist() -> None:
    """All pages at once; a page that moved takes the links to it along."""
    lost = {page.relative_to(ROOT).as_posix(): broken(page) for page in PAGES}
    assert {page: links for page, links in lost.items() if links} == {}


def test_every_test_that_the_page_of_faults_names_exists() -> None:
    """A fault without its test would only be said to be gone."""
    page = (ROOT / "docs" / "faults.md").read_text("utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", page)
    assert len(named) > 20
    assert [
        f"{file}::{name}"
        for file, name in named
        if f"def {name}(" not in (ROOT / file).read_text("utf-8")
    ] == []
    faults = page.partition("And of releases")[0]
    rows = [line for line in faults.splitlines() if line.startswith("| ")][1:]
    assert len(rows) == 12
    assert all("::test_" in row for row in rows)


def test_a_broken_link_is_seen(tmp_path: Path) -> None:
    """A missing file, a missing heading; not what lies in a block of code."""
    page = tmp_path / "page.md"
    page.write_text(
        "# One\n[a](#one) [b](#two) [c](no.md) [d](page.md#one)\n```\n[e](no.md)\n```\n"
    )
    assert broken(page) == ["#two", "no.md"]
