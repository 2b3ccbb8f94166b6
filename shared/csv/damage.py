"""Recognise what a spreadsheet, or a typist, did to a number that should be digits only."""

import re

_FORMS = {
    "SCIENTIFIC": re.compile(r"['\"]?[0-9]+(?:[.,][0-9]+)?[eE]\+?[0-9]+['\"]?|[0-9]{7,}[.,]0+"),
    "FORMULA": re.compile(r"'?=.*", re.DOTALL),
    "APOSTROPHE": re.compile(r"(?=.*['`\u2018\u2019\"])['`\u2018\u2019\"0-9]+"),
    "SEPARATED": re.compile(r"(?=[^0-9]*[0-9])[0-9\s.,_/|-]+"),
    "DIGITS": re.compile(r"\d+"),
}
"""Forms of a damaged number; the first that matches names the damage."""


def damage_of(text: str) -> str:
    """Name the damage of a text that should be digits; FORMAT if no form matches."""
    if text.isascii() and text.isdigit():
        return "LENGTH"
    return next((name for name, form in _FORMS.items() if form.fullmatch(text)), "FORMAT")
