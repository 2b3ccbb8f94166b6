"""Find what may be an identity number (NIK, KK) in bytes of any origin and encoding.

For records that could not be applied, and for events on their way out. It errs on the side of
suspicion: 16 digits or more in a row, or 16 in groups, are suspected whatever else they may be.
"""

import json
import re
from collections.abc import Iterable

_HARMLESS = re.compile(
    rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"  # UUID
    rb"|[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}"  # traceparent
    rb"|(?<![0-9])0{6}[0-9]{13}(?![0-9])"  # sequence: 19 digits, padded with zeros
    rb"|(?<![0-9a-f])(?=[0-9]*[a-f])[0-9a-f]{32,}"  # a hash
)
"""What the contract writes with many digits. A number of a person has none of these forms."""
_SUSPECT = re.compile(
    rb"[0-9](?:"  # begun with a digit, it is searched for three times as fast
    rb"[0-9]{15}"
    rb"|(?<![0-9][0-9])(?<![0-9][ ._/\-][0-9])(?:[ ._/\-]?[0-9]){15}(?![ ._/\-]?[0-9])"
    rb"|[.,][0-9]{12,15}[eE]\+?15"  # as a spreadsheet writes a long number
    rb")"
)

_DIGITS_ALIKE = bytes.maketrans(b"123456789E", b"0" * 9 + b"e")
_BETWEEN = b" ._/-,+"
_SIXTEEN, _SCIENTIFIC = b"0" * 16, b"0" * 13 + b"e00"
"""What each form of `_SUSPECT` holds once digits are alike and what may be between them is taken out."""


def suspects_identity(parts: Iterable[bytes | None]) -> bool:
    """Whether any of these may hold an identity number."""
    return any(_suspects(part) for part in parts if part)


def _suspects(content: bytes) -> bool:
    plain = content.replace(b"\0", b"")  # text in UTF-16
    return _is_suspect(plain) or (b"\\u00" in plain and _is_suspect(_unescaped(plain)))


def _is_suspect(content: bytes) -> bool:
    # most contents are cleared without a search; the forms are taken out only for the rest
    alike = content.translate(_DIGITS_ALIKE, _BETWEEN)
    if _SIXTEEN not in alike and _SCIENTIFIC not in alike:
        return False
    return bool(_SUSPECT.search(content)) and bool(_SUSPECT.search(_HARMLESS.sub(b"x", content)))


def _unescaped(content: bytes) -> bytes:
    """JSON with its characters as they are; what is no JSON as it is."""
    try:
        return json.dumps(json.loads(content), ensure_ascii=False).encode(errors="replace")
    except (ValueError, RecursionError):
        return content
