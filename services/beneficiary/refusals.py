"""What only the rules of this service refuse, each with its remedy."""

from shared.errors import Refusal


def family_left() -> Refusal:
    """A family that has graduated or left takes no more steps."""
    return Refusal(
        "FAMILY_LEFT",
        "Keluarga ini sudah keluar dari program.",
        "The family has left the programme.",
        field="family_number",
        remedy="Bila keliru, tarik kelulusan atau keluarnya. / If wrong, take the exit back first.",
    )


def nothing_changed() -> Refusal:
    """A change that changes nothing would only add a version."""
    return Refusal(
        "NOTHING_CHANGED",
        "Isinya sama dengan versi yang berlaku.",
        "Nothing differs from the version in force.",
        field="effective_on",
        remedy="Kirim hanya yang berubah. / Send only what changed.",
    )


def assigned_already() -> Refusal:
    """The facilitator has the family already, from an earlier day."""
    return Refusal(
        "ASSIGNED_ALREADY",
        "Pendamping ini sudah mendampingi keluarga ini.",
        "This facilitator has the family already.",
        field="facilitator_number",
        remedy="Tidak perlu dikirim lagi. / There is no need to send it again.",
    )


def changed_since(field: str) -> Refusal:
    """The number is recorded with other content: a list enrols, it does not change."""
    return Refusal(
        "CONFLICT",
        "Nomor ini sudah tercatat dengan isi yang berbeda.",
        "This number was recorded before with other content.",
        field=field,
        remedy="Perubahan dikirim ke /v1/families/changes, kekeliruan ke /v1/corrections. / "
        "Send changes to /v1/families/changes, mistakes to /v1/corrections.",
    )


def target_differs() -> Refusal:
    """The list gives another target for a year that has one."""
    return Refusal(
        "CONFLICT",
        "Target tahun ini sudah tercatat dengan angka lain.",
        "The target of this year was recorded before with another number.",
        field="target",
        remedy="Kirim target baru ke /v1/targets. / Send a new target to /v1/targets.",
    )
