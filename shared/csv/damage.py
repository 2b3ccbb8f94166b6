"""What a spreadsheet, or a hand, made of a number that should be digits alone."""

import re

_FORMS = {
    "SCIENTIFIC": re.compile(r"['\"]?[0-9]+(?:[.,][0-9]+)?[eE]\+?[0-9]+['\"]?|[0-9]{7,}[.,]0+"),
    "FORMULA": re.compile(r"'?=.*", re.DOTALL),
    "APOSTROPHE": re.compile(r"(?=.*['`\u2018\u2019\"])['`\u2018\u2019\"0-9]+"),
    "SEPARATED": re.compile(r"(?=[^0-9]*[0-9])[0-9\s.,_/|-]+"),
    "DIGITS": re.compile(r"\d+"),
}
"""Forms that a number has after an accident, first come first named."""


def damage_of(text: str) -> str:
    """What happened to text that should be so many digits; FORMAT if nobody can tell."""
    if text.isascii() and text.isdigit():
        return "LENGTH"
    return next((name for name, form in _FORMS.items() if form.fullmatch(text)), "FORMAT")
