"""Refusals that rules of any service give, each with its remedy and without any value."""

from datetime import date

from pydantic import BaseModel

from shared.errors import Refusal
from shared.events.plausible import TIME_FUTURE, DayFault, check_days


def require_days(item: BaseModel, today: date) -> None:
    """Refuse an item, row or payload with a day that cannot be; `today` is the date in Jakarta."""
    fault = check_days(item, today)
    if fault is not None:
        raise implausible_day(fault)


def implausible_day(fault: DayFault) -> Refusal:
    """A day outside its bound is a typing error, or it was recorded before it came."""
    ahead = fault.code == TIME_FUTURE
    return Refusal(
        fault.code,
        f"Tanggal di luar batas: paling awal {fault.earliest}, paling akhir {fault.latest}.",
        f"The date is out of bounds: at the earliest {fault.earliest}, at the latest"
        f" {fault.latest}.",
        status=422,
        field=fault.field,
        remedy="Periksa tahunnya, atau catat setelah harinya tiba. / Check the year, or record it"
        " once the day has come."
        if ahead
        else "Periksa tahunnya. / Check the year.",
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
    """Nothing is recorded under that number or person in the caller's area, elsewhere or not."""
    return Refusal(
        "NOT_FOUND",
        "Belum ada catatan untuk data ini di wilayah Anda.",
        "Nothing is recorded for this in your area yet.",
        status=404,
        field=field,
        remedy="Catat langkah sebelumnya, atau periksa nomor dan wilayah token. / "
        "Record the earlier step, or check the number and the area of the token.",
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
    """A later step depends on this one: it must be corrected first."""
    return Refusal(
        "CORRECTION_ORDER",
        "Langkah sesudahnya masih berlaku.",
        "A later step still depends on this one.",
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
    """What was taken back is over; the right fact is recorded as a new one."""
    return Refusal(
        "TAKEN_BACK",
        "Fakta ini sudah ditarik.",
        "This fact was taken back already.",
        field="event_id",
        remedy="Catat fakta yang benar sebagai data baru. / Record the right fact as a new one.",
    )
