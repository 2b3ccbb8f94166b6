"""Sections of a measured page: each command writes its own and leaves the others."""

from pathlib import Path

from benchmarks.sections import markdown_table, write_section

PAGE = "# Measured\n\nAn introduction.\n\n## One\n\nold\n\n## Two\n\nkept\n"


def test_a_section_replaces_the_one_of_its_title_alone(tmp_path: Path) -> None:
    """What lies before and after it stays."""
    page = tmp_path / "bench.md"
    page.write_text(PAGE, encoding="utf-8")

    write_section(page, "One", "new")

    assert PAGE.replace("old", "new") == page.read_text(encoding="utf-8")


def test_a_section_of_a_new_title_comes_last(tmp_path: Path) -> None:
    """Also on a page that does not exist yet."""
    page = tmp_path / "bench.md"

    write_section(page, "Three", "text with a \\1 in it")

    assert page.read_text(encoding="utf-8") == "# Measured\n\n## Three\n\ntext with a \\1 in it\n"


def test_a_section_that_is_written_again_changes_nothing(tmp_path: Path) -> None:
    """Neither does it add empty lines."""
    page = tmp_path / "bench.md"
    page.write_text(PAGE, encoding="utf-8")

    write_section(page, "Two", "kept")

    assert page.read_text(encoding="utf-8") == PAGE


def test_words_are_left_and_numbers_right() -> None:
    """The marks of the second line say so."""
    assert markdown_table(("engine", "events/s"), [("a", "1")]) == [
        "| engine | events/s |",
        "| --- | ---: |",
        "| a | 1 |",
    ]
