"""The lists of the beneficiary service; the service has no other list of them."""

from typing import Any

from services.beneficiary import service
from services.beneficiary.schemas import FacilitatorRow, FamilyRow, OutcomeRow, ProgrammeTargetRow
from shared.application.lists import ListOf
from shared.application.reporting.lists import report_lists

WRITE = "beneficiary:write"
_FAMILY = {"nomor_keluarga": "PKH-3509-000001"}
_DISTRICT = {"kode_kabupaten": "35.09"}
FACILITATOR = {
    "nomor_pendamping": "PD-0001",
    "nama": "Tutik Fatimah",
    "nik": "3513926801020001",
    "telepon": "000057009943",
    **_DISTRICT,
    "tahun": "2026",
    "target": "10",
}
FAMILY = _FAMILY | {
    "nomor_kk": "3509900000000001",
    "nik_pengurus": "3509906207900001",
    "nama_pengurus": "Lilik Aminah",
    "tanggal_lahir_pengurus": "1990-07-22",
    "nik_anggota": "",
    "alamat": "Dusun Curah RT 07",
    "telepon": "000039150109",
    "kode_desa": "35.09.09.2001",
    "program": "PKH",
    "desil": "5",
    "tanggal_masuk": "2025-12-01",
    "nomor_pendamping": "",
    "jenis_usaha": "16",
}
OUTCOME = _FAMILY | {"tanggal": "2026-03-04", "hasil": "CONTACTED", "cara": "VISIT", "alasan": ""}
TARGET = _DISTRICT | {"program": "PKH", "ukuran": "JOINED", "tahun": "2026", "target": "400"}

OWN: tuple[ListOf[Any], ...] = (
    ListOf("facilitators", FacilitatorRow, service.import_facilitators, WRITE, FACILITATOR),
    ListOf("families", FamilyRow, service.import_families, WRITE, FAMILY),
    ListOf("referral-outcomes", OutcomeRow, service.import_outcomes, WRITE, OUTCOME),
    ListOf(
        "programme-targets", ProgrammeTargetRow, service.import_programme_targets, WRITE, TARGET
    ),
)
REPORTS = report_lists(WRITE, example="KELUARGA")
LISTS = (*OWN, *REPORTS)
