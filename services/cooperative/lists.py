"""The lists of the cooperative service in the order in which they are sent; there is no other list of them."""

from typing import Any

from services.cooperative import service
from services.cooperative.activity_schemas import (
    ActivityRow,
    BenefitRow,
    CapitalRow,
    MentoringRow,
    ReinstatementRow,
)
from services.cooperative.group_schemas import (
    GroupCooperativeRow,
    GroupDepartureRow,
    GroupMemberRow,
    SuccessionRow,
)
from services.cooperative.list_rows import (
    ActivationRow,
    ApprovalRow,
    ConsentRow,
    CooperativeStatusRow,
    GroupRow,
    GroupStatusRow,
    LapseRow,
    ResignationRow,
)
from services.cooperative.schemas import (
    COLUMNS,
    MEETING_COLUMNS,
    TARGET_COLUMNS,
    AnnualMeetingRow,
    CooperativeRow,
    MemberRow,
    MemberTargetRow,
)
from shared.application.listed import listed
from shared.application.lists import ListOf
from shared.application.reporting.lists import report_lists
from shared.events.reporting import ReportList

WRITE = "cooperative:write"
_COOPERATIVE = {"nomor_koperasi": "KMP-35.09.09.2001"}
COOPERATIVE = _COOPERATIVE | {
    "nama": "KMP Desa Padomasan",
    "jenis": "Merah Putih",
    "kode_desa": "35.09.09.2001",
    "tanggal_berdiri": "2025-07-21",
    "status": "beroperasi",
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
    "bentuk_persetujuan": "tanda tangan",
    "versi_persetujuan": "koperasi/1",
    "tanggal_persetujuan": "2025-08-16",
}
_MEMBER = _COOPERATIVE | {"nik": "3509995603030001"}
APPROVAL = _MEMBER | {"tanggal_disetujui": "2025-08-23"}
ACTIVATION = _MEMBER | {"tanggal_aktif": "2025-08-30"}
LAPSE = _MEMBER | {"tanggal_gugur": "2026-03-31"}
RESIGNATION = _MEMBER | {"tanggal_mundur": "2026-03-31"}
CONSENT = _MEMBER | {
    "bentuk_persetujuan": "tanda tangan",
    "versi_persetujuan": "koperasi/1",
    "tanggal_persetujuan": "2025-08-16",
}
REINSTATEMENT = _MEMBER | {"tanggal_kembali": "2026-05-04"}
ACTIVITY = _MEMBER | {"bulan": "2026-02", "simpanan_wajib": "ya", "bertransaksi": "tidak"}
BENEFIT = _MEMBER | {"jenis_manfaat": "bagian SHU", "tanggal_manfaat": "2026-03-20"}
MENTORING = _COOPERATIVE | {
    "jenis_pendampingan": "pembukuan",
    "tanggal_pendampingan": "2026-02-12",
}
CAPITAL = _COOPERATIVE | {"jenis_modal": "dana bergulir", "tanggal_modal": "2026-03-20"}
COOPERATIVE_STATUS = _COOPERATIVE | {"status": "dibekukan", "tanggal_status": "2026-02-01"}
_GROUP = {"nomor_kelompok": "UP2K-35.09-0001"}
GROUP = _GROUP | {
    "status": "UP2K",
    "kode_desa": "35.09.09.2001",
    "jenis_usaha": "makanan",
    "tanggal_dibentuk": "2026-01-05",
}
GROUP_STATUS = _GROUP | {"status": "pra-koperasi", "tanggal_status": "2026-02-01"}
_IN_GROUP = _GROUP | {"nik": "3509995603030001"}
GROUP_MEMBER = _IN_GROUP | {"peran": "bendahara", "tanggal_masuk_kelompok": "2026-01-12"}
GROUP_DEPARTURE = _IN_GROUP | {"tanggal_keluar_kelompok": "2026-05-20"}
SUCCESSION = _GROUP | {
    "nomor_kelompok_penerus": "UP2K-35.09-0002",
    "cara_berlanjut": "bergabung",
    "tanggal_berlanjut": "2026-03-02",
}
GROUP_COOPERATIVE = _GROUP | {
    "nomor_koperasi": "KMP-35.09.09.2001",
    "tanggal_menjadi_koperasi": "2026-06-01",
}
MEETING = _COOPERATIVE | {"tahun_buku": "2025", "tanggal_rapat": "2026-03-14"}
TARGET = _COOPERATIVE | {"tahun": "2026", "target_anggota": "200"}

OWN: tuple[ListOf[Any], ...] = (
    ListOf(
        "cooperatives",
        CooperativeRow,
        service.import_cooperatives,
        WRITE,
        COOPERATIVE,
        COLUMNS,
        closes=ReportList.COOPERATIVES,
    ),
    listed("consents", ConsentRow, service.record_consents, WRITE, CONSENT),
    ListOf(
        "members",
        MemberRow,
        service.import_members,
        WRITE,
        MEMBER,
        COLUMNS,
        closes=ReportList.MEMBERS,
    ),
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
    listed("member-approvals", ApprovalRow, service.record_approvals, WRITE, APPROVAL),
    listed("member-activations", ActivationRow, service.record_activations, WRITE, ACTIVATION),
    listed("member-activity", ActivityRow, service.record_activity, WRITE, ACTIVITY),
    listed("member-benefits", BenefitRow, service.grant_benefits, WRITE, BENEFIT),
    listed("member-lapses", LapseRow, service.record_lapses, WRITE, LAPSE),
    listed("member-resignations", ResignationRow, service.record_resignations, WRITE, RESIGNATION),
    listed(
        "member-reinstatements",
        ReinstatementRow,
        service.record_reinstatements,
        WRITE,
        REINSTATEMENT,
    ),
    listed("cooperative-mentoring", MentoringRow, service.record_mentoring, WRITE, MENTORING),
    listed("cooperative-capital", CapitalRow, service.record_capital, WRITE, CAPITAL),
    listed(
        "cooperative-statuses",
        CooperativeStatusRow,
        service.change_cooperative_statuses,
        WRITE,
        COOPERATIVE_STATUS,
        by_value=("status",),
    ),
    listed("groups", GroupRow, service.form_groups, WRITE, GROUP),
    listed(
        "group-statuses",
        GroupStatusRow,
        service.change_group_statuses,
        WRITE,
        GROUP_STATUS,
        by_value=("status",),
    ),
    listed("group-members", GroupMemberRow, service.record_group_members, WRITE, GROUP_MEMBER),
    listed(
        "group-departures",
        GroupDepartureRow,
        service.record_group_departures,
        WRITE,
        GROUP_DEPARTURE,
    ),
    listed("group-successors", SuccessionRow, service.record_successions, WRITE, SUCCESSION),
    listed(
        "group-cooperatives",
        GroupCooperativeRow,
        service.record_group_cooperatives,
        WRITE,
        GROUP_COOPERATIVE,
    ),
)
REPORTS = report_lists(WRITE, example="ANGGOTA")
LISTS = (*OWN, *REPORTS)
