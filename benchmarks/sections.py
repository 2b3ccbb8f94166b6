"""Sections of a page in Markdown: each command replaces its own and leaves the others."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

LEFT = ("engine", "counts", "part", "database", "step", "sender")


def markdown_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Lines of a table; words to the left, numbers to the right."""
    marks = ["---" if heading in LEFT else "---:" for heading in headings]
    return ["| " + " | ".join(line) + " |" for line in (headings, marks, *rows)]


def write_section(page: Path, title: str, text: str) -> None:
    """Put the text under its `##` heading: in place of what was there, else at the end."""
    before = page.read_text(encoding="utf-8") if page.exists() else "# Measured\n"
    section = f"## {title}\n\n{text.strip()}\n"
    place = re.compile(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    if place.search(before):
        after = place.sub(lambda _: f"{section}\n", before).rstrip("\n") + "\n"
    else:
        after = f"{before.rstrip()}\n\n{section}"
    page.write_text(after, encoding="utf-8")
