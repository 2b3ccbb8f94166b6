"""Refusals that rules of any service give, each with its remedy and without any value."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from shared.errors import Refusal

YEAR = timedelta(days=366)


def require_plausible(day: date, today: date, field: str) -> None:
    """Facts have happened or are about to: a day more than a year ahead is a typing error."""
    if day > today + YEAR:
        raise too_far_ahead(field)


def require_plausible_days(item: Mapping[str, Any], today: date) -> None:
    """The same for every day that an item or a row (its fields by name) speaks of."""
    for field, value in item.items():
        if type(value) is date:
            require_plausible(value, today, field)


def too_far_ahead(field: str) -> Refusal:
    """A day more than a year ahead is a typing error."""
    return Refusal(
        "DATE_FUTURE",
        "Tanggal lebih dari setahun di depan.",
        "The date is more than a year ahead.",
        status=422,
        field=field,
        remedy="Periksa tahunnya. / Check the year.",
    )


def conflict(field: str) -> Refusal:
    """The same number or step was recorded before with other content."""
    return Refusal(
        "CONFLICT",
        "Data ini sudah tercatat dengan isi yang berbeda.",
        "This was recorded before with other content.",
        field=field,
        remedy="Samakan isinya, atau kirim koreksi. / Send the same content, or a correction.",
    )


def unknown(field: str) -> Refusal:
    """Nothing is recorded under that number or person."""
    return Refusal(
        "NOT_FOUND",
        "Belum ada catatan untuk data ini.",
        "Nothing is recorded for this yet.",
        status=404,
        field=field,
        remedy="Catat langkah sebelumnya lebih dahulu. / Record the earlier step first.",
    )


def date_order(field: str) -> Refusal:
    """A date lies before the step that it must follow."""
    return Refusal(
        "DATE_ORDER",
        "Tanggal mendahului langkah sebelumnya.",
        "The date lies before the earlier step.",
        field=field,
        remedy="Periksa urutan tanggal. / Check the order of the dates.",
    )


def region_unknown(field: str) -> Refusal:
    """No such region in the reference list."""
    return Refusal(
        "REGION_UNKNOWN",
        "Kode wilayah tidak ada dalam daftar.",
        "The region code is not in the list.",
        status=422,
        field=field,
        remedy="Pakai kode Kemendagri terbaru. / Use the current Kemendagri code.",
    )


def later_first() -> Refusal:
    """A later step stands on this one: it must be corrected first."""
    return Refusal(
        "CORRECTION_ORDER",
        "Langkah sesudahnya masih berlaku.",
        "A later step still stands on this one.",
        field="event_id",
        remedy="Koreksi langkah terakhir lebih dahulu. / Correct the latest step first.",
    )


def other_subject(field: str) -> Refusal:
    """A correction speaks of the same thing as the fact that it corrects."""
    return Refusal(
        "CORRECTION_SUBJECT",
        "Koreksi tidak boleh mengganti pengenal.",
        "A correction cannot change an identifier.",
        field=f"replacement.{field}",
        remedy="Tarik fakta ini dan catat yang benar. / Take it back and record the right one.",
    )


def taken_back_already() -> Refusal:
    """What was taken back is over; the right fact is recorded anew."""
    return Refusal(
        "TAKEN_BACK",
        "Fakta ini sudah ditarik.",
        "This fact was taken back already.",
        field="event_id",
        remedy="Catat fakta yang benar sebagai data baru. / Record the right fact anew.",
    )
