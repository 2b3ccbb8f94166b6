"""The use case of the list `families`: enrolment, with the facilitator where the row names one."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import count

from sqlalchemy import Connection

from services.beneficiary import domain, store
from services.beneficiary.book import ORIGIN, Book, Desk, Facilitator, nameable
from services.beneficiary.domain import Family, Version
from services.beneficiary.eligibility import decile_band
from services.beneficiary.schemas import FamilyRow
from services.beneficiary.tables import family as family_table
from shared.application.batch import settle
from shared.application.places import Covers, require_place
from shared.application.refusals import date_order
from shared.events.envelope import Fact
from shared.http.batches import Outcome


def import_families(
    connection: Connection, desk: Desk, rows: Sequence[FamilyRow], *, covers: Covers, now: datetime
) -> list[Outcome]:
    """Enrol families by their numbers; the same row again changes nothing."""
    store.lock_register(connection, family_table)
    subjects = [desk.pseudonymiser.family(row.nomor_keluarga) for row in rows]
    book = Book(covers, store.families(connection, set(subjects)))
    ids = count(store.last_family_id(connection) + 1)
    named = {row.nomor_pendamping for row in rows if row.nomor_pendamping}
    facilitators = store.facilitators(connection, named)

    def decide(asked: tuple[str, FamilyRow]) -> tuple[Fact, ...]:
        return _enrol(desk, book, facilitators, asked, ids)

    outcomes = settle(connection, ORIGIN, list(zip(subjects, rows, strict=True)), decide, now)
    store.save_families(connection, book.touched.values())
    return outcomes


def _enrol(
    desk: Desk,
    book: Book,
    facilitators: Mapping[str, Facilitator],
    asked: tuple[str, FamilyRow],
    ids: Iterator[int],
) -> tuple[Fact, ...]:
    subject, row = asked
    require_place(row.kode_desa, book.covers, "kode_desa")
    before = book.families.get(subject)
    if before is not None:
        domain.require_same(desk.cipher.decrypt(before.sealed), row.content, "nomor_keluarga")
        return ()
    decisions = [domain.enrol(_family(desk, next(ids), subject, row))]
    if row.nomor_pendamping is not None:
        named = facilitators.get(row.nomor_pendamping)
        facilitator = nameable(named, row.kode_desa, book.covers, "nomor_pendamping")
        decisions.append(domain.assign(decisions[0][0], facilitator.id, row.tanggal_masuk))
    return book.keep(*decisions)


def _family(desk: Desk, new_id: int, subject: str, row: FamilyRow) -> Family:
    day, head, born = row.tanggal_masuk, row.nik_pengurus, row.tanggal_lahir_pengurus
    if born is not None and born > day:
        raise date_order("tanggal_lahir_pengurus")
    if head is not None and born is None:
        born = head.birth_date(day.year)
    first = Version(
        version=1,
        effective_on=day,
        region=row.kode_desa,
        decile=row.desil,
        band=decile_band(row.desil),
        persons=desk.persons(head, born, row.nik_anggota, day),
        born=desk.seal_day(born),
    )
    return Family(
        id=new_id,
        subject=subject,
        programme=row.program,
        business=row.jenis_usaha,
        sealed=desk.cipher.encrypt(row.content),
        history=(first,),
    )
