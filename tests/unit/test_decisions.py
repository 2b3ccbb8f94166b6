"""The decision records: one number each, all in the index."""

import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "adr"
PAGES = sorted(FOLDER.glob("0*.md"))


def test_no_two_decisions_share_a_number() -> None:
    """A number in a comment leads to one page, and the page's title has the number of its file."""
    numbers = [int(path.name[:4]) for path in PAGES]
    titles = [re.match(r"# (\d+)\. ", path.read_text()) for path in PAGES]
    assert [int(title[1]) if title else None for title in titles] == numbers
    assert len(set(numbers)) == len(numbers)


def test_the_index_lists_every_decision_by_its_title() -> None:
    """A reader finds them all on one page."""
    index = (FOLDER / "README.md").read_text()
    missing = [
        path.name
        for path in PAGES
        if f"]({path.name}) | {path.read_text().splitlines()[0].partition('. ')[2]} |" not in index
    ]
    assert missing == []


def test_every_decision_has_the_parts_of_the_template() -> None:
    """Context, decision, consequences, alternatives, in this order; one decision a page."""
    template = re.findall(r"^## .*$", (FOLDER / "template.md").read_text(), re.MULTILINE)
    assert len(template) == 4
    other = {
        path.name: parts
        for path in PAGES
        if (parts := re.findall(r"^## .*$", path.read_text(), re.MULTILINE)) != template
    }
    assert other == {}
