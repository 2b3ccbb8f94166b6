"""The use case of the list `families`: enrolment, with the facilitator where the row names one."""

from collections.abc import Sequence
from itertools import count

from services.beneficiary import domain, store
from services.beneficiary.eligibility import decile_band
from services.beneficiary.facilitators import require_nameable
from services.beneficiary.family import Family, Version
from services.beneficiary.persons import persons_of, seal_day
from services.beneficiary.schemas import FamilyRow
from shared.application.batch import Facts, decide_batch
from shared.application.context import Context, Keys
from shared.application.places import require_place
from shared.application.register import for_change, for_reading
from shared.errors import Refusal
from shared.http.batches import Outcome


def import_families(context: Context, rows: Sequence[FamilyRow]) -> list[Outcome]:
    """Import families: their enrolment, and their facilitator where the row names one."""
    subjects = [context.family(row.nomor_keluarga) for row in rows]
    families = for_change(context, store.FAMILIES, set(subjects))
    named = {row.nomor_pendamping for row in rows if row.nomor_pendamping}
    facilitators = for_reading(context, store.FACILITATORS, named)
    ids = count(store.last_family_id(context.connection) + 1)

    def decide(row: FamilyRow, subject: str) -> Facts:
        require_place(context, row.kode_desa, "kode_desa")
        before = families.get(subject)
        if before is not None and _is_recorded(context.keys, before, row):
            return ()
        wanted = _family(context.keys, before.id if before else next(ids), subject, row)
        family, payloads = domain.enrol_again(before, wanted) if before else domain.enrol(wanted)
        if row.nomor_pendamping is not None:
            one = facilitators.get(row.nomor_pendamping)
            facilitator = require_nameable(context, one, row.kode_desa, "nomor_pendamping")
            family, assigned = domain.assign(family, facilitator.id, row.tanggal_masuk)
            payloads += assigned
        return families.keep(family, payloads)

    return decide_batch(context, decide, rows, subjects, save=families.save)


def _is_recorded(keys: Keys, family: Family, row: FamilyRow) -> bool:
    """Whether a spell began with this row.

    Raises:
        Refusal: the row speaks of a recorded spell, but says something else about it.
    """
    if any(keys.cipher.decrypt(spell.sealed) == row.content for spell in family.spells):
        return True
    if not family.left and row.tanggal_masuk > family.enrolled_on:
        raise Refusal("CONFLICT.open", "tanggal_masuk", since=family.enrolled_on)
    if not family.left:
        raise Refusal("CONFLICT.number", "nomor_keluarga")
    if any(family.since(spell) == row.tanggal_masuk for spell in family.spells):
        raise Refusal("CONFLICT.left", "nomor_keluarga", until=family.spell.until)
    return False


def _family(keys: Keys, new_id: int, subject: str, row: FamilyRow) -> Family:
    day, head, born = row.tanggal_masuk, row.nik_pengurus, row.tanggal_lahir_pengurus
    if born is not None and born > day:
        raise Refusal("DATE_ORDER", "tanggal_lahir_pengurus")
    if head is not None and born is None:
        born = head.birth_date(day.year)
    first = Version(
        version=1,
        effective_on=day,
        region=row.kode_desa,
        decile=row.desil,
        band=decile_band(row.desil),
        persons=persons_of(keys, head, born, row.nik_anggota, day),
        born=seal_day(keys, born),
    )
    return Family(
        id=new_id,
        subject=subject,
        programme=row.program,
        business=row.jenis_usaha,
        sealed=keys.cipher.encrypt(row.content),
        history=(first,),
    )
