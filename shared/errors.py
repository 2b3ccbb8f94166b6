"""The refusals that rules raise; the edge alone turns them into answers."""

from shared import messages


class Refusal(Exception):
    """A rule says no. `code` is for programs; the catalogue of messages has the words for people.

    `name` is the message in the catalogue: the code, or the code and its case (`CONFLICT.target`).
    `values` are what the message shows, none of them personal. `code` and `status` are given only
    where one message serves several. Raised by domain and service functions; rendered as a problem
    (`shared.http.problems`), as the result of one item (`shared.http.batches`) or as a rejected
    row (`shared.http.csv_upload`).
    """

    def __init__(
        self,
        name: str,
        field: str | None = None,
        *,
        code: str | None = None,
        status: int | None = None,
        **values: object,
    ) -> None:
        super().__init__(name)
        self.name = name
        self.code = code or name.partition(".")[0]
        self.field = field
        self.values = values
        self._status = status

    @property
    def status(self) -> int:
        """The HTTP status of an answer that is this refusal."""
        return self._status or messages.text(self.name).status

    @property
    def message(self) -> str:
        """Indonesian with English beside it."""
        return messages.text(self.name).message(self.values)

    @property
    def remedy(self) -> str:
        """What to do about it, Indonesian with English beside it."""
        return messages.text(self.name).remedy(self.values)

    def in_language(self, language: messages.Language) -> tuple[str, str]:
        """The reason and what to do about it, in one language."""
        return messages.text(self.name).of(language, self.values)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"
