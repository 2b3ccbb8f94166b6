"""Links and headings of Markdown pages, as a reader's browser resolves them."""

import re
from pathlib import Path

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """The anchors that headings get."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", one).strip().lower().replace(" ", "-") for one in headings}


def broken(page: Path) -> list[str]:
    """Links to a file or heading that is not there; links to other hosts are not followed."""
    text = _CODE.sub("", page.read_text("utf-8"))
    return [one for one in _LINK.findall(text) if "://" not in one and not _leads(page, one)]


def _leads(page: Path, link: str) -> bool:
    name, _, anchor = link.partition("#")
    target = page.parent / name if name else page
    if not target.exists():
        return False
    return not anchor or target.suffix != ".md" or anchor in anchors(target)
