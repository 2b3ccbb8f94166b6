"""The lists of the beneficiary service in the order in which they are sent; there is no other list of them."""

from typing import Any

from services.beneficiary import service
from services.beneficiary.list_rows import (
    ApprovalRow,
    AssignmentRow,
    ChangeRow,
    ExitRow,
    ProposalRow,
    ReferralRow,
    TargetRow,
    TrainingOfferRow,
    VerificationRow,
    VisitRow,
)
from services.beneficiary.schemas import FacilitatorRow, FamilyRow, OutcomeRow, ProgrammeTargetRow
from shared.application.listed import listed
from shared.application.lists import ListOf
from shared.application.reporting.lists import report_lists
from shared.events.reporting import ReportList

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
    "jenis_usaha": "kayu dan anyaman",
}
CHANGE = _FAMILY | {"berlaku_sejak": "2026-06-01", "kode_desa": "", "desil": "4", "nik_dewasa": ""}
ASSIGNMENT = _FAMILY | {"nomor_pendamping": "PD-0001", "tanggal_mulai": "2026-01-05"}
PROPOSAL = _FAMILY | {"tanggal_usulan": "2026-03-02"}
VERIFICATION = _FAMILY | {"tanggal_verifikasi": "2026-03-16"}
APPROVAL = _FAMILY | {"tanggal_graduasi": "2026-04-01"}
OFFER = _FAMILY | {"tanggal_tawaran": "2026-02-10", "jawaban": "mau"}
VISIT = _FAMILY | {
    "tanggal_kunjungan": "2026-06-25",
    "hasil": "ditemui",
    "kemandirian": "masih mandiri",
    "usaha": "berjalan",
    "desil": "",
    "nomor_pendamping": "PD-0001",
}
EXIT = _FAMILY | {"tanggal_keluar": "2026-04-01", "alasan": "pindah"}
REFERRAL = _FAMILY | {"tanggal_rujukan": "2026-02-01"}
OWN_TARGET = {"nomor_pendamping": "PD-0001", "tahun": "2026", "target": "12"}
OUTCOME = _FAMILY | {
    "tanggal": "2026-03-04",
    "hasil": "dihubungi",
    "cara": "kunjungan",
    "alasan": "",
}
TARGET = _DISTRICT | {"program": "PKH", "ukuran": "bergabung", "tahun": "2026", "target": "400"}

OWN: tuple[ListOf[Any], ...] = (
    ListOf(
        "facilitators",
        FacilitatorRow,
        service.import_facilitators,
        WRITE,
        FACILITATOR,
        closes=ReportList.FACILITATORS,
    ),
    ListOf(
        "families", FamilyRow, service.import_families, WRITE, FAMILY, closes=ReportList.FAMILIES
    ),
    listed(
        "family-changes", ChangeRow, service.restate_families, WRITE, CHANGE, by_value=("desil",)
    ),
    listed("assignments", AssignmentRow, service.assign_facilitators, WRITE, ASSIGNMENT),
    listed("facilitator-targets", TargetRow, service.list_targets, WRITE, OWN_TARGET),
    listed("referrals", ReferralRow, service.refer_families, WRITE, REFERRAL),
    ListOf(
        "referral-outcomes",
        OutcomeRow,
        service.import_outcomes,
        WRITE,
        OUTCOME,
        closes=ReportList.REFERRALS,
    ),
    ListOf(
        "programme-targets", ProgrammeTargetRow, service.import_programme_targets, WRITE, TARGET
    ),
    listed("training-offers", TrainingOfferRow, service.offer_training, WRITE, OFFER),
    listed("graduation-proposals", ProposalRow, service.propose_graduations, WRITE, PROPOSAL),
    listed(
        "graduation-verifications", VerificationRow, service.verify_graduations, WRITE, VERIFICATION
    ),
    listed("graduation-approvals", ApprovalRow, service.approve_graduations, WRITE, APPROVAL),
    listed("visits", VisitRow, service.visit_families, WRITE, VISIT),
    listed("exits", ExitRow, service.exit_families, WRITE, EXIT, closes=ReportList.EXITS),
)
REPORTS = report_lists(WRITE, example="KELUARGA")
LISTS = (*OWN, *REPORTS)
