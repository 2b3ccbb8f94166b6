"""The refusals that rules raise; the edge alone turns them into answers."""


class Refusal(Exception):
    """A rule says no. `code` is for programs, the messages for people; none holds a personal value.

    Raised by domain and service functions; rendered as a problem (`shared.http.problems`), as the result
    of one item (`shared.http.batches`) or as a rejected row (`shared.http.csv_upload`).
    """

    def __init__(
        self,
        code: str,
        message_id: str,
        message_en: str,
        status: int = 409,
        field: str | None = None,
        remedy: str | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message_id = message_id
        self.message_en = message_en
        self.status = status
        self.field = field
        self.remedy = remedy

    @property
    def message(self) -> str:
        """Indonesian with English beside it."""
        return f"{self.message_id} / {self.message_en}"

    def __str__(self) -> str:
        return f"{self.code}: {self.message_en}"


def not_found(what_id: str, what_en: str, field: str | None = None) -> Refusal:
    """404: the thing that was named does not exist here."""
    return Refusal(
        "NOT_FOUND",
        f"{what_id} tidak ditemukan",
        f"{what_en} not found",
        404,
        field,
        "periksa nomornya / check the number",
    )


def area_forbidden(field: str | None = "region") -> Refusal:
    """403: the token does not cover the region of this fact."""
    return Refusal(
        "AREA_FORBIDDEN",
        "wilayah ini di luar wewenang token",
        "the token does not cover this region",
        403,
        field,
        "minta token untuk wilayah ini / ask for a token that covers it",
    )
