"""A form with a file is read as it arrives: any pieces, any bytes, nothing that is not a form."""

from collections.abc import Iterator

import pytest

from shared.desk.multipart import MAX_FIELD, MAX_FIELDS, MAX_HEAD, FileForm, FormReader
from shared.errors import Refusal

TYPE = "multipart/form-data; boundary=----Grenze"
CONTENT = b"a,b\r\n--\r\n------Grenz\r\n\x00\xff1,2\r\n"


def part(name: str, content: bytes, more: str = "") -> bytes:
    """One part of a form."""
    head = f'------Grenze\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'
    return head.encode() + content + b"\r\n"


BODY = (
    part("form_key", "kunci é".encode())
    + part("file", CONTENT, '; filename="C:\\data\\anggota juli.csv"\r\nContent-Type: text/csv')
    + part("after", b"x")
    + b"------Grenze--\r\n"
)


@pytest.fixture
def opened() -> Iterator[list[FileForm]]:
    """Forms whose files are closed at the end."""
    forms: list[FileForm] = []
    yield forms
    for form in forms:
        form.file.close()


def read(opened: list[FileForm], body: bytes, size: int, kind: str = TYPE) -> FileForm:
    """Feed a body in pieces of a size."""
    reader = FormReader(kind)
    opened.append(reader.form)
    for start in range(0, len(body), size):
        reader.feed(body[start : start + size])
    return reader.finish()


@pytest.mark.parametrize("size", [1, 2, 3, 7, 11, 64, len(BODY)])
def test_a_form_is_the_same_in_whatever_pieces_it_comes(opened: list[FileForm], size: int) -> None:
    """The file has its bytes, among them what looks like a boundary; its name has no folders."""
    form = read(opened, BODY, size)
    assert form.file.read() == CONTENT
    assert form.file_name == "anggota juli.csv"
    assert form.fields == {"form_key": "kunci é", "after": "x"}


def test_a_quoted_boundary_and_an_empty_file_are_read(opened: list[FileForm]) -> None:
    """As a browser sends them when no file was chosen."""
    body = part("file", b"", '; filename=""') + b"------Grenze--"
    form = read(opened, body, 5, 'multipart/form-data; charset=utf-8; boundary="----Grenze"')
    assert (form.file.read(), form.file_name) == (b"", "")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        BODY[:-12],
        b"no form at all",
        BODY.replace(b"------Grenze\r\n", b"------Grenze??", 1),
        part("x", b"y" * (MAX_FIELD + 1)) + b"------Grenze--",
        part("x" * MAX_HEAD, b"y") + b"------Grenze--",
        b"------Grenze\r\nX: " + b"y" * (MAX_HEAD + 99),
        b"------Grenze\r\nContent-Type: text/csv\r\n\r\nno name\r\n------Grenze--",
        b"".join(part(f"f{n}", b"") for n in range(MAX_FIELDS + 1)) + b"------Grenze--",
    ],
    ids=["empty", "cut", "none", "mark", "field", "name", "head", "nameless", "many"],
)
def test_what_is_no_form_is_refused(opened: list[FileForm], body: bytes) -> None:
    """Cut off, without a name, or with more than a form of ours has."""
    with pytest.raises(Refusal, match="FORM_BROKEN"):
        read(opened, body, 1_000)


@pytest.mark.parametrize(
    "kind", ["", "text/csv", "multipart/form-data", "multipart/mixed; boundary=x"]
)
def test_another_type_is_refused(kind: str) -> None:
    """Before a byte is read."""
    with pytest.raises(Refusal, match="FORM_BROKEN"):
        FormReader(kind)
