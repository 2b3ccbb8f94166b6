"""The lists of the cooperative service; the service has no other list of them."""

from typing import Any

from services.cooperative import service
from services.cooperative.schemas import (
    COLUMNS,
    MEETING_COLUMNS,
    TARGET_COLUMNS,
    AnnualMeetingRow,
    CooperativeRow,
    MemberRow,
    MemberTargetRow,
)
from shared.application.lists import ListOf
from shared.application.reporting.lists import report_lists

WRITE = "cooperative:write"
_COOPERATIVE = {"nomor_koperasi": "KMP-35.09.09.2001"}
COOPERATIVE = _COOPERATIVE | {
    "nama": "KMP Desa Padomasan",
    "jenis": "MERAH_PUTIH",
    "kode_desa": "35.09.09.2001",
    "tanggal_berdiri": "2025-07-21",
    "status": "OPERATING",
    "tanggal_status": "2025-11-01",
}
MEMBER = _COOPERATIVE | {
    "nik": "3509995603030001",
    "nama": "Sri Utami",
    "telepon": "000047290599",
    "tanggal_daftar": "2025-08-16",
    "tanggal_disetujui": "2025-08-23",
    "tanggal_aktif": "2025-08-30",
    "pernyataan_sukarela": "ya",
    "bentuk_persetujuan": "PAPER_SIGNED",
    "versi_persetujuan": "koperasi/1",
    "tanggal_persetujuan": "2025-08-16",
}
MEETING = _COOPERATIVE | {"tahun_buku": "2025", "tanggal_rapat": "2026-03-14"}
TARGET = _COOPERATIVE | {"tahun": "2026", "target_anggota": "200"}

OWN: tuple[ListOf[Any], ...] = (
    ListOf(
        "cooperatives", CooperativeRow, service.import_cooperatives, WRITE, COOPERATIVE, COLUMNS
    ),
    ListOf("members", MemberRow, service.import_members, WRITE, MEMBER, COLUMNS),
    ListOf(
        "annual-meetings",
        AnnualMeetingRow,
        service.import_annual_meetings,
        WRITE,
        MEETING,
        MEETING_COLUMNS,
    ),
    ListOf(
        "member-targets",
        MemberTargetRow,
        service.import_member_targets,
        WRITE,
        TARGET,
        TARGET_COLUMNS,
    ),
)
REPORTS = report_lists(WRITE, example="ANGGOTA")
LISTS = (*OWN, *REPORTS)
