"""Looking for personal values in bytes, however they are written.

Data is looked at as it is, url-decoded, and with every run of base64 or hexadecimal digits decoded
(at each alignment, and once more inside what was decoded). Numbers are compared digit by digit, so
that spaces, dots and hyphens between them do not hide them.
"""

import base64
import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote_to_bytes

NUMBERS = ("nik", "nik_pengurus", "nik_anggota", "nomor_kk", "telepon", "national_id")
TEXTS = ("nama_pengurus", "alamat", "name")
PERSONS_NAME = "nama"
"""Names a person in every file that has a column `nik`; elsewhere it names a cooperative."""
DEPTH = 2
_DIGITS = re.compile(rb"\d(?:[ .\-]?\d){9,}")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{12,}")
"""Short enough for the shortest name, `Nur Utami`."""
_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2}){10,}[0-9A-Fa-f]?")
_LEGIBLE = re.compile(rb"[ -~]{8,}")
"""Whatever is looked for is legible when it is decoded at the right alignment; the rest is noise."""
_STANDARD = bytes.maketrans(b"-_", b"+/")


@dataclass(frozen=True)
class Planted:
    """The personal values of a run's inputs."""

    numbers: frozenset[bytes]
    texts: frozenset[bytes]
    kinds: Mapping[bytes, str] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many different values are looked for."""
        return len(self.numbers) + len(self.texts)


@dataclass(frozen=True)
class Hit:
    """A value that should not be there; the value itself is not repeated."""

    kind: str
    view: str


def planted_in(inputs: Path) -> Planted:
    """Every NIK, KK number, phone, name and address that the officers handed in."""
    numbers: dict[bytes, str] = {}
    texts: dict[bytes, str] = {}
    for row in _rows(inputs):
        for column, cell in row.items():
            if column in NUMBERS:
                for part in str(cell).split():
                    numbers.setdefault(part.encode(), column)
            elif cell and (column in TEXTS or (column == PERSONS_NAME and "nik" in row)):
                texts.setdefault(str(cell).encode(), column)
    return Planted(frozenset(numbers), frozenset(texts), {**numbers, **texts})


def find(data: bytes, planted: Planted) -> set[Hit]:
    """The planted values that these bytes hold in any of the writings."""
    return {
        Hit(planted.kinds[value], view)
        for view, seen in views(data, DEPTH)
        for value in (*_numbers(seen, planted), *_texts(seen, planted))
    }


def views(data: bytes, depth: int, name: str = "raw") -> Iterator[tuple[str, bytes]]:
    """The data in every writing, by name."""
    yield name, data
    if b"%" in data or b"+" in data:
        yield f"{name}/url", unquote_to_bytes(data.replace(b"+", b" "))
    if depth == 0:
        return
    for way, decoded in (("base64", _from_base64(data)), ("hex", _from_hex(data))):
        for one in decoded:
            yield from views(one, depth - 1, f"{name}/{way}")


def _from_base64(data: bytes) -> Iterator[bytes]:
    runs = [run.translate(_STANDARD) for run in _BASE64.findall(data)]
    for start in range(4 if runs else 0):
        cut = (_whole(run[start:]) for run in runs)
        yield _legible(b"\n".join(map(base64.b64decode, cut)))


def _whole(run: bytes) -> bytes:
    """The run with the padding that its length needs; one digit over is no byte."""
    over = len(run) % 4
    return run[:-1] if over == 1 else run + b"=" * (-over % 4)


def _from_hex(data: bytes) -> Iterator[bytes]:
    runs = _HEX.findall(data)
    for start in range(2 if runs else 0):
        cut = (run[start : start + (len(run) - start) // 2 * 2] for run in runs)
        yield _legible(b"\n".join(bytes.fromhex(run.decode()) for run in cut))


def _legible(data: bytes) -> bytes:
    return b"\n".join(_LEGIBLE.findall(data))


def _numbers(data: bytes, planted: Planted) -> Iterator[bytes]:
    lengths = {len(number) for number in planted.numbers}
    for run in _DIGITS.findall(data):
        digits = run.translate(None, b" .-")
        for length in lengths:
            for start in range(len(digits) - length + 1):
                if (part := digits[start : start + length]) in planted.numbers:
                    yield part


def _texts(data: bytes, planted: Planted) -> Iterator[bytes]:
    anyone = re.compile(b"|".join(map(re.escape, sorted(planted.texts))))
    return (found[0] for found in anyone.finditer(data))


def _rows(inputs: Path) -> Iterator[Mapping[str, object]]:
    for path in inputs.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            yield from csv.DictReader(stream)
    for line in (inputs / "requests.ndjson").read_text(encoding="utf-8").splitlines():
        body = json.loads(line)["body"]
        yield from body.get("items", [body])
