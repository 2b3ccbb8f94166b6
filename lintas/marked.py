"""Files that people write, with marked places that are made from the code."""


def replace_between(text: str, begin: str, end: str, body: str) -> str:
    """The text with `body` between the two markers; the rest stays as written.

    Raises:
        ValueError: the text has no such markers.
    """
    before, found_begin, rest = text.partition(begin)
    _, found_end, after = rest.partition(end)
    if not found_begin or not found_end:
        raise ValueError(f"it needs the lines {begin.strip()} and {end.strip()}")
    return f"{before}{begin}{body}{end}{after}"
