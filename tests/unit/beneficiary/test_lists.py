"""The CSV lists of facilitators and families, with real tables, keys and tokens."""

from typing import Any

import pytest

from shared.events.beneficiary import FacilitatorAssigned, FamilyEnrolled, TargetSet
from tests.kit.door import NOW, Door
from tests.kit.families import (
    ELSEWHERE,
    FACILITATORS,
    NIK,
    NIK_SON,
    a_family_list,
)

FAMILIES = "/v1/imports/families"
STAFF = "/v1/imports/facilitators"


def rejects(lines: list[dict[str, Any]]) -> list[tuple[int, str, str]]:
    """Line, field and code of every rejected row."""
    return [(one["line"], one["field"], one["code"]) for one in lines if "line" in one]


def totals(lines: list[dict[str, Any]]) -> tuple[int, int, int]:
    """Accepted, duplicates, rejected."""
    last = lines[-1]
    assert last["done"] is True
    return last["accepted"], last["duplicates"], last["rejected"]


def test_a_list_of_facilitators_sets_their_targets(staffed: Door) -> None:
    """Each facilitator gets an id that names nobody, and a target of version 1."""
    staged = staffed.events()
    assert [
        (event.data.district, event.data.target)  # type: ignore[attr-defined]
        for event in staged
    ] == [("35.09", 10), ("35.09", 10), ("35.13", 12)]
    assert len({event.subject for event in staged}) == 3
    assert {TargetSet} == {type(event.data) for event in staged}


def test_the_same_facilitators_again_change_nothing(staffed: Door) -> None:
    """Sent twice, counted once."""
    assert totals(staffed.upload(STAFF, FACILITATORS)) == (0, 3, 0)
    assert len(staffed.events()) == 3


def test_another_year_is_another_target_of_the_same_facilitator(staffed: Door) -> None:
    """The facilitator is known by number."""
    assert totals(staffed.upload(STAFF, FACILITATORS.replace(",2026,", ",2027,"))) == (3, 0, 0)
    staged = staffed.events()
    assert len({event.subject for event in staged}) == 3
    assert [event.data.version for event in staged] == [1] * 6  # type: ignore[attr-defined]


def test_a_target_for_next_year_is_published_now(staffed: Door) -> None:
    """No event may lie ahead of what has happened: figures close by event time."""
    staffed.upload(STAFF, FACILITATORS.replace(",2026,", ",2027,"))
    assert max(event.time for event in staffed.events()) == NOW


def test_another_target_in_the_list_is_a_bad_row(staffed: Door) -> None:
    """The remedy names the endpoint that changes targets."""
    lines = staffed.upload(STAFF, FACILITATORS.replace(",2026,12", ",2026,13"))
    assert rejects(lines) == [(4, "target", "CONFLICT")]
    assert "/v1/targets" in lines[0]["remedy"]


def test_another_person_under_a_facilitators_number_is_a_bad_row(staffed: Door) -> None:
    """A number belongs to one person."""
    lines = staffed.upload(STAFF, FACILITATORS.replace("Sri Lestari", "Sri Wahyuni"))
    assert rejects(lines) == [(4, "nomor_pendamping", "CONFLICT")]


def test_a_row_enrols_a_family_and_assigns_its_facilitator(ready: Door) -> None:
    """Two facts of one family on its first day."""
    enrolled, assigned = ready.events()[3:]
    assert (FamilyEnrolled, FacilitatorAssigned) == (type(enrolled.data), type(assigned.data))
    assert enrolled.subject == assigned.subject
    assert "2026-01-05T05:00:00+00:00" == enrolled.time.isoformat() == assigned.time.isoformat()


def test_age_bands_are_computed_at_intake(ready: Door) -> None:
    """The representative by the recorded birth date, the others by their NIK."""
    data = ready.events()[3].data.model_dump(mode="json")
    bands = [(one["representative"], one["age_band"]) for one in data["persons"]]
    assert bands == [(True, "A30_44"), (False, "A17_29")]


def test_the_recorded_birth_date_wins_over_the_nik(staffed: Door) -> None:
    """The NIK's century is a guess; the record is not."""
    staffed.upload(FAMILIES, a_family_list({"tanggal_lahir_pengurus": "2000-11-05"}))
    (head, _) = staffed.events()[3].data.persons  # type: ignore[attr-defined]
    assert head.age_band == "A17_29"


def test_without_a_birth_date_the_nik_is_asked(staffed: Door) -> None:
    """Better a hint than no age."""
    staffed.upload(FAMILIES, a_family_list({"tanggal_lahir_pengurus": ""}))
    (head, _) = staffed.events()[3].data.persons  # type: ignore[attr-defined]
    assert head.age_band == "A30_44"


def test_a_family_without_identity_is_unknown(staffed: Door) -> None:
    """No persons: whether anyone joined a cooperative is unknown, not 'no'."""
    unknown = {"nik_pengurus": "", "nama_pengurus": "", "tanggal_lahir_pengurus": ""}
    staffed.upload(FAMILIES, a_family_list(unknown | {"nik_anggota": ""}))
    assert staffed.events()[3].data.persons == ()  # type: ignore[attr-defined]


def test_a_person_listed_twice_counts_once(staffed: Door) -> None:
    """The representative's own number among the members is no second adult."""
    staffed.upload(FAMILIES, a_family_list({"nik_anggota": f"{NIK} {NIK_SON} {NIK_SON}"}))
    persons = staffed.events()[3].data.persons  # type: ignore[attr-defined]
    assert [one.representative for one in persons] == [True, False]


def test_the_same_family_again_changes_nothing(ready: Door) -> None:
    """The whole row is compared, though it is stored encrypted."""
    before = len(ready.events())
    assert totals(ready.upload(FAMILIES, a_family_list({}))) == (0, 1, 0)
    assert before == len(ready.events())


def test_a_duplicate_within_one_file_counts_once(staffed: Door) -> None:
    """The same row twice in a file is one family."""
    assert totals(staffed.upload(FAMILIES, a_family_list({}, {}))) == (1, 1, 0)


@pytest.mark.parametrize(
    "other",
    [
        {"alamat": "Dusun Sumber RT 09"},
        {"desil": "4"},
        {"nik_anggota": ""},
        {"telepon": ""},
        {"jenis_usaha": "47"},
        {"nomor_pendamping": "P-2"},
    ],
)
def test_other_content_under_a_number_is_a_conflict(ready: Door, other: dict[str, str]) -> None:
    """A list enrols; changes and mistakes have their own doors, which the remedy names."""
    lines = ready.upload(FAMILIES, a_family_list(other))
    assert rejects(lines) == [(2, "nomor_keluarga", "CONFLICT")]
    assert "/v1/families/changes" in lines[0]["remedy"]
    assert "/v1/corrections" in lines[0]["remedy"]


def test_a_mended_file_adds_only_the_missing_rows(staffed: Door) -> None:
    """Good rows stay in, bad rows are reported with line, field and code, the mended file completes."""
    rows = [
        {},
        {"nomor_keluarga": "KPM-2", "nik_pengurus": "3.50990451182E+15"},
        {"nomor_keluarga": "KPM-3", "tanggal_masuk": "05/01/2026"},
        {"nomor_keluarga": "KPM-4", "desil": "11"},
        {"nomor_keluarga": "KPM-5", "kode_desa": "35.09.30.9999"},
        {"nomor_keluarga": "KPM-6", "nomor_kk": "12345"},
        {"nomor_keluarga": "KPM-7", "nomor_pendamping": "P-99"},
        {"nomor_keluarga": "KPM-8", "tanggal_lahir_pengurus": "2026-02-01"},
        {"nomor_keluarga": "KPM-9"},
    ]
    lines = staffed.upload(FAMILIES, a_family_list(*rows))
    assert totals(lines) == (2, 0, 7)
    assert rejects(lines) == [
        (3, "nik_pengurus", "NIK_SCIENTIFIC"),
        (4, "tanggal_masuk", "DATE_AMBIGUOUS"),
        (5, "desil", "AMOUNT_RANGE"),
        (6, "kode_desa", "REGION_UNKNOWN"),
        (7, "nomor_kk", "NUMBER_LENGTH"),
        (8, "nomor_pendamping", "NOT_FOUND"),
        (9, "tanggal_lahir_pengurus", "DATE_ORDER"),
    ]
    mended = [{"nomor_keluarga": f"KPM-{number}"} for number in range(1, 10)]
    assert totals(staffed.upload(FAMILIES, a_family_list(*mended))) == (7, 2, 0)


def test_a_mistyped_year_is_a_bad_row(staffed: Door) -> None:
    """2062 instead of 2026 would push every figure into the future."""
    lines = staffed.upload(FAMILIES, a_family_list({"tanggal_masuk": "2062-01-05"}))
    assert rejects(lines) == [(2, "tanggal_masuk", "TIME_FUTURE")]


def test_a_list_is_refused_row_by_row_outside_the_area(staffed: Door) -> None:
    """A token of Jember enrols nobody in Probolinggo."""
    rows = a_family_list({}, {"nomor_keluarga": "KPM-2", "kode_desa": ELSEWHERE})
    lines = staffed.upload(FAMILIES, rows, token="jember")
    assert totals(lines) == (1, 0, 1)
    assert rejects(lines) == [(3, "kode_desa", "AREA_FORBIDDEN")]


def test_excels_lost_zero_of_a_division_is_put_back(staffed: Door) -> None:
    """Division 01 comes out of Excel as 1."""
    assert totals(staffed.upload(FAMILIES, a_family_list({"jenis_usaha": "1"}))) == (1, 0, 0)


def test_no_message_repeats_a_refused_value(staffed: Door) -> None:
    """Neither NIK, card number, phone nor name comes back."""
    row = {"nik_pengurus": "35099045118200", "nomor_kk": "350990120210000", "telepon": "rumah 081"}
    text = str(staffed.upload(FAMILIES, a_family_list(row)))
    for value in (*row.values(), "Siti", "Krajan", NIK_SON):
        assert value not in text
