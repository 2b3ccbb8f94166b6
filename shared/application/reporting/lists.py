"""The lists of reporting, alike for every service; each reports lists of its own."""

from typing import Any

from shared.application.lists import ListOf
from shared.application.reporting import service
from shared.application.reporting.reopening import import_reopenings
from shared.application.reporting.schemas import (
    COLUMNS,
    ClosingRow,
    DeclarationRow,
    ObligationRow,
    ReopeningRow,
)

_PLACE = {"kode_kabupaten": "35.09"}


def report_lists(scope: str, *, example: str) -> tuple[ListOf[Any], ...]:
    """What is reported, which months are complete, and what an office counts by itself.

    `example` is the word of a list that the service reports, for the example rows.
    """
    own = {"daftar": example} | _PLACE
    obligation = own | {"bulan_pertama": "2026-01", "bulan_terakhir": ""}
    closing = own | {"bulan": "2026-06", "nihil": ""}
    reopening = own | {"bulan": "2026-06", "penutupan_ke": "1", "alasan": "terlambat"}
    count = {"ukuran": "keluarga bergabung", **_PLACE, "bulan": "2026-06", "jumlah": "895"}
    return (
        ListOf(
            "obligations", ObligationRow, service.import_obligations, scope, obligation, COLUMNS
        ),
        ListOf("closings", ClosingRow, service.import_closings, scope, closing, COLUMNS),
        ListOf("reopenings", ReopeningRow, import_reopenings, scope, reopening, COLUMNS),
        ListOf("declarations", DeclarationRow, service.import_declarations, scope, count, COLUMNS),
    )
