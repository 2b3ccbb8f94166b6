"""The CSV lists of the cooperative service: good rows in, bad rows reported, the mended file again."""

import pytest

from tests.kit.door import Door

HEADER = (
    "nomor_koperasi,nik,nama,telepon,tanggal_daftar,tanggal_disetujui,tanggal_aktif,"
    "pernyataan_sukarela,bentuk_persetujuan,versi_persetujuan,tanggal_persetujuan"
)
AGREED = ",PAPER_SIGNED,koperasi/3,2026-02-28"
GOOD = "KMP-1,3509904511820001,Siti,081234567890,2026-03-01,2026-03-05,2026-03-10,ya"
APPLIED = "KMP-2,3513904511820002,Budi,,2026-03-01,,,ya"
BAD = {
    4: "KMP-1,35099045118200,Ani,,2026-03-01,,,ya",
    5: "KMP-9,3509904511820003,Ana,,2026-03-01,,,ya",
    6: "KMP-1,3509904511820004,Ina,,01/03/2026,,,ya",
    7: "KMP-1,3509904511820005,Ida,,2026-03-05,2026-03-01,,ya",
    8: "KMP-1,3509904511820006,Eka,,2026-03-01,,,tidak",
}
MENDED = {
    4: "KMP-1,3509904511820007,Ani,,2026-03-01,,,ya",
    5: "KMP-1,3509904511820003,Ana,,2026-03-01,,,ya",
    6: "KMP-1,3509904511820004,Ina,,2026-03-01,,,ya",
    7: "KMP-1,3509904511820005,Ida,,2026-03-05,2026-03-06,,ya",
    8: "KMP-1,3509904511820006,Eka,,2026-03-01,,,ya",
}
MEMBERS = "/v1/imports/members"


def file(*rows: str) -> str:
    """A list of members."""
    return "\n".join((HEADER, *(row + AGREED for row in rows))) + "\n"


def test_good_rows_go_in_and_bad_rows_are_reported(ready: Door) -> None:
    """Each reject names its line, column and code; the good rows around it are stored."""
    *rejects, _progress, total = ready.upload(MEMBERS, file(GOOD, APPLIED, *BAD.values()))
    assert [(line["line"], line["field"], line["code"]) for line in rejects] == [
        (4, "nik", "NIK_LENGTH"),
        (5, "nomor_koperasi", "NOT_FOUND"),
        (6, "tanggal_daftar", "DATE_AMBIGUOUS"),
        (7, "tanggal_disetujui", "DATE_ORDER"),
        (8, "pernyataan_sukarela", "NOT_DECLARED"),
    ]
    assert total == {"done": True, "rows": 7, "accepted": 2, "duplicates": 0, "rejected": 5}


def test_the_mended_file_adds_only_what_was_missing(ready: Door) -> None:
    """The rows that went in before are duplicates."""
    ready.upload(MEMBERS, file(GOOD, APPLIED, *BAD.values()))
    before = len(ready.events())
    total = ready.upload(MEMBERS, file(GOOD, APPLIED, *MENDED.values()))[-1]
    assert total == {"done": True, "rows": 7, "accepted": 5, "duplicates": 2, "rejected": 0}
    assert before + 6 + 5 == len(ready.events())  # five of them consents
    again = ready.upload(MEMBERS, file(GOOD, APPLIED, *MENDED.values()))[-1]
    assert (again["accepted"], again["duplicates"]) == (0, 7)


def test_a_later_list_brings_the_later_steps(ready: Door) -> None:
    """First applied, then the same row with approval and activation: only those are staged."""
    ready.upload(MEMBERS, file(APPLIED))
    before = len(ready.events())
    later = APPLIED.replace("2026-03-01,,", "2026-03-01,2026-03-04,2026-03-09")
    assert ready.upload(MEMBERS, file(later))[-1]["accepted"] == 1
    kinds = [event.type.split(".")[3] for event in ready.events()[before:]]
    assert kinds == ["approved", "activated"]


def test_a_row_with_other_content_is_a_conflict(ready: Door) -> None:
    """The same person and day under another name."""
    ready.upload(MEMBERS, file(GOOD))
    reject, *_ = ready.upload(MEMBERS, file(GOOD.replace("Siti", "Sita")))
    assert (reject["line"], reject["code"]) == (2, "CONFLICT")


def test_a_list_stays_within_the_tokens_area(ready: Door) -> None:
    """Jember's row goes in, Probolinggo's does not."""
    reject, *_, total = ready.upload(MEMBERS, file(GOOD, APPLIED), token="jember")
    assert (reject["line"], reject["code"]) == (3, "NOT_FOUND")
    assert total["accepted"] == 1


def test_cooperatives_are_listed_once(ready: Door) -> None:
    """The same list again is all duplicates; another name under a number is a conflict."""
    head = "nomor_koperasi,nama,jenis,kode_desa,tanggal_berdiri,status,tanggal_status\n"
    same = "KMP-1,Koperasi Satu,merah_putih,35.09.30.2009,2025-06-02,OPERATING,2025-08-01\n"
    other = same.replace("Satu", "Sat").replace("KMP-1", "KMP-2")
    nowhere = same.replace("35.09.30.2009", "35.09.99.9999").replace("KMP-1", "KMP-3")
    undated = same.replace("2025-08-01", "").replace("KMP-1", "KMP-4")
    lines = ready.upload("/v1/imports/cooperatives", head + same + other + nowhere + undated)
    refused_lines = [(line["line"], line["code"]) for line in lines if "code" in line]
    assert refused_lines == [(3, "CONFLICT"), (4, "REGION_UNKNOWN"), (5, "DATE_INVALID")]
    assert lines[-1]["duplicates"] == 1


def test_a_day_far_ahead_is_a_typing_error(ready: Door) -> None:
    """2099 for 2019: nothing of the row is recorded, and the column is named."""
    before = len(ready.events())
    row = "KMP-1,3509904511820008,Oka,,2026-03-01,2026-03-05,2099-03-10,ya"
    (reject, *_rest) = ready.upload(MEMBERS, file(row))
    assert (reject["field"], reject["code"]) == ("tanggal_aktif", "TIME_FUTURE")
    assert len(ready.events()) == before


@pytest.mark.parametrize(
    ("day", "code"),
    [
        ("1206-03-10", "DATE_IMPLAUSIBLE"),
        ("2006-12-31", "DATE_IMPLAUSIBLE"),
        ("2026-07-02", "TIME_FUTURE"),
        ("2026-07-01", None),
    ],
)
def test_a_row_names_the_column_of_a_day_that_cannot_be(
    ready: Door, day: str, code: str | None
) -> None:
    """Before the programme or after today, whatever the century."""
    first = day if day < "2026" else "2026-03-01"
    row = f"KMP-1,3509904511820008,Oka,,{first},2026-03-05,{day},ya"
    answer = ready.upload(MEMBERS, file(row))
    if code is None:
        assert answer[-1]["accepted"] == 1
    else:
        assert answer[0]["code"] == code
        assert answer[0]["field"] in ("tanggal_daftar", "tanggal_aktif")


def test_an_old_cooperative_is_registered(ready: Door) -> None:
    """Cooperatives are older than the programme, but not older than the republic."""
    head = "nomor_koperasi,nama,jenis,kode_desa,tanggal_berdiri,status,tanggal_status\n"
    row = "KMP-{},Koperasi Tua,COMMUNITY,35.09.30.2009,{},OPERATING,1970-01-01\n"
    rows = row.format(7, "1947-07-12") + row.format(8, "1745-07-12")
    lines = ready.upload("/v1/imports/cooperatives", head + rows)
    assert [(line["field"], line["code"]) for line in lines if "code" in line] == [
        ("tanggal_berdiri", "DATE_IMPLAUSIBLE")
    ]
    assert lines[-1]["accepted"] == 1


def test_nobody_is_taught_to_write_a_declaration(ready: Door) -> None:
    """The remedy asks for the person's own declaration, or to leave the person out."""
    (reject, *_rest) = ready.upload(MEMBERS, file(BAD[8]))
    assert "only if the person declared it; otherwise leave this person out" in reject["remedy"]


@pytest.mark.parametrize(
    ("consent", "field", "code"),
    [
        (",,", "versi_persetujuan", "CONSENT_MISSING"),
        ("PAPER_SIGNED,koperasi/3,", "versi_persetujuan", "CONSENT_MISSING"),
        (",koperasi/3,2026-02-28", "bentuk_persetujuan", "CONSENT_MISSING"),
        ("PAPER_SIGNED,koperasi/3,2026-03-02", "tanggal_persetujuan", "DATE_ORDER"),
        ("PAPER_SIGNED,koperasi/3,2026-07-02", "tanggal_persetujuan", "TIME_FUTURE"),
        ("PAPER_SIGNED,koperasi/3,02/02/2026", "tanggal_persetujuan", "DATE_AMBIGUOUS"),
        ("PAPER_SIGNED,3,2026-02-28", "versi_persetujuan", "FIELD_FORMAT"),
        ("LISAN,koperasi/3,2026-02-28", "bentuk_persetujuan", "FIELD_CHOICE"),
    ],
)
def test_a_row_without_a_consent_is_refused(
    ready: Door, consent: str, field: str, code: str
) -> None:
    """Nothing of it is recorded, and the remedy says which columns to fill."""
    staged = len(ready.events())
    reject, *_ = ready.upload(MEMBERS, f"{HEADER}\n{APPLIED},{consent}\n")
    assert (reject["line"], reject["field"], reject["code"]) == (2, field, code)
    assert " / " in reject["remedy"]
    assert len(ready.events()) == staged


def test_a_row_may_name_a_consent_that_is_recorded(ready: Door) -> None:
    """Text and day are enough when the same person agreed to it there before."""
    first, again = (f"{APPLIED},{form},koperasi/3,2026-02-28" for form in ("ELECTRONIC", ""))
    total = ready.upload(MEMBERS, f"{HEADER}\n{first}\n{again}\n")[-1]
    assert (total["accepted"], total["duplicates"]) == (1, 1)
