"""The lists of the training service; the service has no other list of them."""

from typing import Any

from services.training import service
from services.training.schemas import COLUMNS, AttendanceRow, FamilyGroupRow, GroupFamilyRow
from shared.application.lists import ListOf
from shared.application.reporting.lists import report_lists

WRITE = "training:write"
_GROUP = {"nomor_kelompok": "P2K2-35.09-017"}
GROUP = _GROUP | {"kode_desa": "35.09.09.2001", "tanggal_dibentuk": "2026-01-05"}
GROUP_FAMILY = _GROUP | {"nomor_keluarga": "PKH-3509-000001", "berlaku_sejak": "2026-01-05"}
ATTENDANCE = {"nomor_sesi": "P2K2-35.09-0001", "nomor_keluarga": "PKH-3509-000001", "nik": ""}

OWN: tuple[ListOf[Any], ...] = (
    ListOf("attendance", AttendanceRow, service.import_attendance, WRITE, ATTENDANCE, COLUMNS),
    ListOf("family-groups", FamilyGroupRow, service.import_family_groups, WRITE, GROUP, COLUMNS),
    ListOf(
        "group-families",
        GroupFamilyRow,
        service.import_group_families,
        WRITE,
        GROUP_FAMILY,
        COLUMNS,
    ),
)
REPORTS = report_lists(WRITE, example="SESI")
LISTS = (*OWN, *REPORTS)
