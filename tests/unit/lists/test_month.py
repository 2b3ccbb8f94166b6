"""Lists that offices send every month: what is so already, what changes, what contradicts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lintas.registry import lists_of
from tests.kit.door import Door
from tests.kit.twin_districts import open_service

CHANGES = "/v1/imports/family-changes"
SHEET = "/v1/imports/group-attendance"


def of_services(service: str, tmp_path: Path, *first: str) -> Door:
    """The doors of a service in which the examples of these lists are recorded."""
    door = open_service(tmp_path, service)
    lists = {one.name: one for one in lists_of(service)}
    for name in first:
        row = lists[name].example
        file = f"{';'.join(row)}\n{';'.join(row.values())}\n"
        assert door.upload(lists[name].path, file)[-1]["accepted"] == 1, name
    return door


@pytest.fixture
def dinsos(tmp_path: Path) -> Iterator[Door]:
    """Social Affairs with one facilitator and one family of decile 5."""
    door = of_services("beneficiary", tmp_path, "facilitators", "families")
    yield door
    door.engine.dispose()


@pytest.fixture
def pkk(tmp_path: Path) -> Iterator[Door]:
    """Training with one family group and its session of 2 March."""
    door = of_services("training", tmp_path, "family-groups", "sessions")
    yield door
    door.engine.dispose()


def deciles(*rows: str) -> str:
    """A full list of deciles: day and decile of the family."""
    head = "nomor_keluarga;berlaku_sejak;kode_desa;desil;nik_dewasa"
    return "\n".join([head, *(f"PKH-3509-000001;{row}" for row in rows), ""])


def counted(door: Door, path: str, file: str) -> tuple[int, int, list[str]]:
    """Accepted, already there, and where and why the others were refused."""
    *lines, total = door.upload(path, file)
    why = [f"{line['field']} {line['code']}" for line in lines if "code" in line]
    return total["accepted"], total["duplicates"], why


def test_a_full_list_of_deciles_records_what_changed(dinsos: Door) -> None:
    """The decile of April is that of the enrolment: no event; in May it changes, in June not again."""
    before = len(dinsos.events())
    assert counted(dinsos, CHANGES, deciles("2026-04-01;;5;")) == (0, 1, [])
    assert counted(dinsos, CHANGES, deciles("2026-05-01;;3;")) == (1, 0, [])
    assert counted(dinsos, CHANGES, deciles("2026-06-01;;3;")) == (0, 1, [])
    assert len(dinsos.events()) == before + 1


def test_the_list_of_an_earlier_month_may_be_sent_again(dinsos: Door) -> None:
    """What it says held on its day: no second change, no refusal."""
    counted(dinsos, CHANGES, deciles("2026-05-01;;3;"))
    assert counted(dinsos, CHANGES, deciles("2026-04-01;;5;", "2026-05-01;;3;")) == (0, 2, [])
    assert counted(dinsos, CHANGES, deciles("2026-04-01;;2;")) == (
        0,
        0,
        ["berlaku_sejak DATE_ORDER"],
    )


def test_a_row_that_says_nothing_is_refused_in_words_of_the_list(dinsos: Door) -> None:
    """Neither decile nor village nor adults: probably an unfinished row."""
    assert counted(dinsos, CHANGES, deciles("2026-05-01;;;")) == (0, 0, ["desil CHANGE_EMPTY"])


def test_all_adults_of_a_family_are_in_one_cell(dinsos: Door) -> None:
    """The representative first; the same people again change nothing."""
    file = deciles("2026-05-01;;;3509906207900001 3509905105950002")
    assert counted(dinsos, CHANGES, file) == (1, 0, [])
    assert counted(dinsos, CHANGES, file) == (0, 1, [])
    assert len(dinsos.events()[-1].data.persons) == 2  # type: ignore[attr-defined]


def test_a_listed_target_is_set_once(dinsos: Door) -> None:
    """An old list sent again does not take a newer target back; over HTTP that is possible."""
    path, head = "/v1/imports/facilitator-targets", "nomor_pendamping;tahun;target\n"
    assert counted(dinsos, path, f"{head}PD-0001;2026;12\n") == (1, 0, [])
    assert counted(dinsos, path, f"{head}PD-0001;2026;10\n") == (0, 1, [])
    assert counted(dinsos, path, f"{head}PD-0002;2026;10\n") == (
        0,
        0,
        ["nomor_pendamping NOT_FOUND"],
    )


def sheet(*rows: str) -> str:
    """A group's sheet: day, family, present."""
    return "\n".join(["nomor_kelompok;tanggal;nomor_keluarga;hadir", *rows, ""])


def test_a_sheet_of_a_group_records_who_was_there(pkk: Door) -> None:
    """Absent families are rows too and record nothing; the sheet again changes nothing."""
    file = sheet(
        "P2K2-35.09-017;02/03/2026;KPM-1;ya",
        "P2K2-35.09-017;2026-03-02;KPM-2;",
        "P2K2-35.09-017;2026-03-02;KPM-3;tidak",
    ).replace("02/03/2026", "2 Maret 2026")
    assert counted(pkk, SHEET, file) == (1, 2, [])
    assert counted(pkk, SHEET, file) == (0, 3, [])


def test_a_sheet_that_contradicts_is_refused(pkk: Door) -> None:
    """A family that was recorded as present cannot be listed as absent; nor be there on no day."""
    counted(pkk, SHEET, sheet("P2K2-35.09-017;2026-03-02;KPM-1;ya"))
    file = sheet(
        "P2K2-35.09-017;2026-03-02;KPM-1;",
        "P2K2-35.09-017;2026-03-03;KPM-1;ya",
        "P2K2-35.09-018;2026-03-02;KPM-1;ya",
        "P2K2-35.09-017;2026-03-02;KPM-1;mungkin",
    )
    refusals = [
        "hadir CONFLICT",
        "tanggal NOT_FOUND",
        "nomor_kelompok NOT_FOUND",
        "hadir YES_OR_EMPTY",
    ]
    assert counted(pkk, SHEET, file) == (0, 0, refusals)


def test_two_sessions_of_a_group_on_a_day_are_not_guessed(pkk: Door) -> None:
    """The sheet does not say which; the list by numbers of sessions does."""
    again = {
        "session_number": "P2K2-SORE", "activity": "P2K2", "district": "35.09", "held_on": "2026-03-02",
        "group_number": "P2K2-35.09-017",
    }  # fmt: skip
    assert pkk.items("/v1/sessions", again)[0]["status"] == "accepted"
    file = sheet("P2K2-35.09-017;2026-03-02;KPM-1;ya")
    assert counted(pkk, SHEET, file) == (0, 0, ["tanggal GROUP_SESSIONS"])


HEAD = "nomor_sesi,kegiatan,kode_kabupaten,kode_desa,tanggal,nomor_kelompok,modul,tujuan,peserta\n"
BIMTEK = f"{HEAD}S-7,bimtek,35.09,,2026-03-05,,,"


def test_a_session_is_listed_with_objectives_and_participants(pkk: Door) -> None:
    """Words with blanks between commas; numbers by category, and kecamatan where known."""
    row = '"manajemen usaha, mutu kerja",pokja 1: 10; kader posyandu kecamatan 35.09.01: 3; DINAS :2\n'
    path = "/v1/imports/sessions"
    assert counted(pkk, path, BIMTEK[:-1] + "," + row) == (1, 0, [])
    held = pkk.events()[-1].data.model_dump(mode="json")
    assert held["objectives"] == ["BUSINESS_MANAGEMENT", "WORK_QUALITY"]
    assert [tuple(one.values()) for one in held["participants"]] == [
        ("WORKING_GROUP_1", None, 10),
        ("POSYANDU_CADRE_SUBDISTRICT", "35.09.01", 3),
        ("LOCAL_AGENCY", None, 2),
    ]


@pytest.mark.parametrize("cell", ["banyak", "pokja 1", "pokja 9: 3", "pokja 1: 0", "pokja 1: 3 4"])
def test_participants_that_cannot_be_counted_are_refused(pkk: Door, cell: str) -> None:
    """Never guessed; the refusal names the column and the form."""
    *_, why = counted(pkk, "/v1/imports/sessions", f"{BIMTEK},{cell}\n")
    assert [line.split()[0] for line in why] == ["peserta"]
