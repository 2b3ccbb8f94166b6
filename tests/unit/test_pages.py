"""What people read in the repository leads where it says."""

from pathlib import Path

from tests.kit.links import broken

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def test_every_link_leads_to_a_file_and_a_heading_that_exist() -> None:
    """All pages at once; a page that moved takes the links to it along."""
    lost = {page.relative_to(ROOT).as_posix(): broken(page) for page in PAGES}
    assert {page: links for page, links in lost.items() if links} == {}


def test_a_broken_link_is_seen(tmp_path: Path) -> None:
    """A missing file, a missing heading; not what lies in a block of code."""
    page = tmp_path / "page.md"
    page.write_text(
        "# One\n[a](#one) [b](#two) [c](no.md) [d](page.md#one)\n```\n[e](no.md)\n```\n"
    )
    assert broken(page) == ["#two", "no.md"]
