"""What only the rules of this service refuse, each with its remedy."""

from shared.errors import Refusal


def missing_day(field: str) -> Refusal:
    """A status without the day from which it holds."""
    return Refusal(
        "DATE_INVALID",
        "Status ini memerlukan tanggal.",
        "This status needs a date.",
        status=422,
        field=field,
        remedy="Isi tanggalnya. / Fill in the date.",
    )


def status_order() -> Refusal:
    """A status that cannot follow the last one."""
    return Refusal(
        "STATUS_ORDER",
        "Status ini tidak dapat mengikuti status terakhir.",
        "This status cannot follow the last one.",
        field="status",
        remedy="Periksa status terakhir. / Check the last status.",
    )


def not_voluntary() -> Refusal:
    """Membership is voluntary: without the declaration there is no application."""
    return Refusal(
        "NOT_VOLUNTARY",
        "Pendaftaran tanpa pernyataan sukarela tidak dicatat.",
        "An application without a voluntary declaration is not recorded.",
        field="voluntary_declaration",
        remedy="Minta pernyataan dari calon anggota. / Ask the applicant for the declaration.",
    )


def cooperative_closed() -> Refusal:
    """A closed cooperative takes no members."""
    return Refusal(
        "COOPERATIVE_CLOSED",
        "Koperasi ini sudah ditutup pada tanggal itu.",
        "The cooperative is closed on that day.",
        field="cooperative_number",
        remedy="Pilih koperasi yang masih berjalan. / Choose a cooperative that is open.",
    )
