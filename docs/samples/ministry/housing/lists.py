"""The list of the housing service: at its door, in `lintas import`, and on its desk."""

from typing import Any

from services.housing import service
from services.housing.schemas import RepairRow
from shared.application.listed import listed
from shared.application.lists import ListOf

REPAIR = {
    "nomor_rumah": "RTLH-0001",
    "nik": "3509904511810001",
    "kode_desa": "35.09.30.2009",
    "perbaikan": "ROOF",
    "tanggal_selesai": "2026-02-20",
}
LISTS: tuple[ListOf[Any], ...] = (
    listed("repairs", RepairRow, service.repair_houses, "housing:write", REPAIR),
)
