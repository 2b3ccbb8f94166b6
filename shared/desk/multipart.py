"""Read a form with a file as it arrives: the file goes to disk, whatever its size; fields stay small."""

import re
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from shared.errors import Refusal

FILE = "file"
"""The name of the field that holds the file."""
MAX_HEAD, MAX_FIELD, MAX_FIELDS = 8 * 1024, 64 * 1024, 20
_BOUNDARY = re.compile(r'multipart/form-data\s*;.*?boundary="?([^\s";]{1,70})"?', re.IGNORECASE)
_NAME = re.compile(r';\s*name="([^"]*)"')
_FILE_NAME = re.compile(r';\s*filename="([^"]*)"')
_END, _LINE = b"--", b"\r\n"


def _spool() -> Any:
    return TemporaryFile()


@dataclass
class FileForm:
    """A form that has been read; whoever has it closes the file."""

    fields: dict[str, str] = field(default_factory=dict)
    file: BinaryIO = field(default_factory=_spool)
    file_name: str = ""
    """What the browser calls the file, without folders; empty when none was chosen."""


class FormReader:
    """Takes the bytes of a `multipart/form-data` body in pieces of any size.

    Raises:
        Refusal: 400 FORM_BROKEN, from each of its methods.
    """

    def __init__(self, content_type: str) -> None:
        found = _BOUNDARY.match(content_type)
        if found is None:
            raise Refusal("FORM_BROKEN")
        self.form = FileForm()
        self._mark = b"\r\n--" + found.group(1).encode()
        self._rest = _LINE
        """What has not been looked at; the first boundary has no line end before it."""
        self._step = self._content
        self._sink: BinaryIO | bytearray | None = None
        self._field = ""

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        self._rest += data
        while self._step():
            pass

    def finish(self) -> FileForm:
        """The form, after its last byte."""
        if self._step != self._ended:
            raise Refusal("FORM_BROKEN")
        self.form.file.seek(0)
        return self.form

    def _content(self) -> bool:
        """Take what is before the next boundary; whether there is one."""
        before, mark, after = self._rest.partition(self._mark)
        if not mark:
            # The beginning of a boundary may be at the end of what has arrived.
            keep = len(self._mark) - 1
            before, after = self._rest[:-keep], self._rest[-keep:]
        self._take(before)
        self._rest = after
        if mark:
            self._close()
            self._step = self._boundary
        return bool(mark)

    def _boundary(self) -> bool:
        if len(self._rest) < len(_END):
            return False
        start, self._rest = self._rest[: len(_END)], self._rest[len(_END) :]
        if start not in (_END, _LINE):
            raise Refusal("FORM_BROKEN")
        self._step = self._ended if start == _END else self._head
        return True

    def _head(self) -> bool:
        head, end, after = self._rest.partition(b"\r\n\r\n")
        if len(head) > MAX_HEAD:
            raise Refusal("FORM_BROKEN")
        if not end:
            return False
        self._rest = after
        self._open(head.decode("utf-8", "replace"))
        self._step = self._content
        return True

    def _ended(self) -> bool:
        self._rest = b""
        return False

    def _open(self, head: str) -> None:
        found = _NAME.search(head)
        if found is None or len(self.form.fields) >= MAX_FIELDS:
            raise Refusal("FORM_BROKEN")
        self._field, named = found.group(1), _FILE_NAME.search(head)
        if self._field != FILE:
            self._sink = bytearray()
            return
        self._sink = self.form.file
        self.form.file_name = re.split(r"[\\/]", named.group(1))[-1][:200] if named else ""

    def _take(self, data: bytes) -> None:
        if isinstance(self._sink, bytearray):
            self._sink += data
            if len(self._sink) > MAX_FIELD:
                raise Refusal("FORM_BROKEN")
        elif self._sink is not None:
            self._sink.write(data)

    def _close(self) -> None:
        if isinstance(self._sink, bytearray):
            self.form.fields[self._field] = self._sink.decode("utf-8", "replace")
        self._sink = None
