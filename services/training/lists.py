"""The lists of the training service in the order in which they are sent; there is no other list of them."""

from typing import Any

from services.training import service
from services.training.list_rows import CompletionRow, SessionRow
from services.training.schemas import (
    COLUMNS,
    AttendanceRow,
    FamilyGroupRow,
    GroupAttendanceRow,
    GroupFamilyRow,
)
from shared.application.listed import listed
from shared.application.lists import ListOf
from shared.application.reporting.lists import report_lists

WRITE = "training:write"
_GROUP = {"nomor_kelompok": "P2K2-35.09-017"}
GROUP = _GROUP | {"kode_desa": "35.09.09.2001", "tanggal_dibentuk": "2026-01-05"}
GROUP_FAMILY = _GROUP | {"nomor_keluarga": "PKH-3509-000001", "berlaku_sejak": "2026-01-05"}
SESSION = {
    "nomor_sesi": "P2K2-35.09-0001",
    "kegiatan": "P2K2",
    "kode_kabupaten": "35.09",
    "kode_desa": "35.09.09.2001",
    "tanggal": "2026-03-02",
    **_GROUP,
    "modul": "keuangan keluarga",
    "tujuan": "",
    "peserta": "",
}
SHEET = _GROUP | {"tanggal": "2026-03-02", "nomor_keluarga": "PKH-3509-000001", "hadir": "ya"}
COMPLETION = {
    "nomor_pelatihan": "PLT-35.09-0001",
    "kegiatan": "pelatihan",
    "nik": "3509995603030001",
    "tanggal_selesai": "2026-04-01",
}
ATTENDANCE = {"nomor_sesi": "P2K2-35.09-0001", "nomor_keluarga": "PKH-3509-000001", "nik": ""}

OWN: tuple[ListOf[Any], ...] = (
    ListOf("family-groups", FamilyGroupRow, service.import_family_groups, WRITE, GROUP, COLUMNS),
    ListOf(
        "group-families",
        GroupFamilyRow,
        service.import_group_families,
        WRITE,
        GROUP_FAMILY,
        COLUMNS,
    ),
    listed("sessions", SessionRow, service.hold_sessions, WRITE, SESSION),
    ListOf("attendance", AttendanceRow, service.import_attendance, WRITE, ATTENDANCE, COLUMNS),
    ListOf("group-attendance", GroupAttendanceRow, service.import_group_attendance, WRITE, SHEET),
    listed("completions", CompletionRow, service.complete_trainings, WRITE, COMPLETION),
)
REPORTS = report_lists(WRITE, example="SESI")
LISTS = (*OWN, *REPORTS)
