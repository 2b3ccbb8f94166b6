"""What only the rules of this service refuse, each with its remedy."""

from shared.errors import Refusal


def region_outside() -> Refusal:
    """The village of a session lies in another district than the session."""
    return Refusal(
        "REGION_OUTSIDE",
        "Wilayah ini tidak berada di kabupaten kegiatan.",
        "This region is not in the session's district.",
        status=422,
        field="region",
        remedy="Samakan kabupaten dan wilayahnya. / Make district and region agree.",
    )


def modules_outside_p2k2() -> Refusal:
    """Modules are taught in P2K2 and nowhere else."""
    return Refusal(
        "MODULES",
        "Modul hanya untuk P2K2.",
        "Modules belong to P2K2 only.",
        status=422,
        field="modules",
        remedy="Periksa jenis kegiatan dan modul. / Check the activity and the modules.",
    )


def attendant(field: str) -> Refusal:
    """P2K2 is attended by families, all else by persons; an item names one of the two."""
    return Refusal(
        "ATTENDANT",
        "P2K2 dihadiri keluarga, kegiatan lain dihadiri orang.",
        "P2K2 is attended by families, other activities by persons.",
        status=422,
        field=field,
        remedy="Isi salah satu: nomor keluarga atau NIK. / Give family number or national id.",
    )
