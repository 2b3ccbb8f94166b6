"""The SQL of annual meetings and targets of members. It decides nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import Connection, delete, select

from services.cooperative.tables import annual_meeting, member_target
from services.cooperative.years import Meeting, MemberTarget
from shared.database.bulk import among, upsert


def meetings(
    connection: Connection, cooperative_ids: Collection[UUID]
) -> dict[tuple[UUID, int], Meeting]:
    """The annual meetings of these cooperatives, by cooperative and year."""
    query = select(annual_meeting).where(
        among(connection, annual_meeting.c.cooperative, cooperative_ids)
    )
    found = (Meeting(**row._asdict()) for row in connection.execute(query))
    return {(one.cooperative, one.year): one for one in found}


def save_meetings(connection: Connection, some: Iterable[Meeting]) -> None:
    """Write these meetings."""
    upsert(connection, annual_meeting, [asdict(one) for one in some])


def forget_meeting(connection: Connection, one: Meeting) -> None:
    """Delete a meeting that was taken back."""
    mine = annual_meeting.c.cooperative == one.cooperative
    connection.execute(delete(annual_meeting).where(mine, annual_meeting.c.year == one.year))


def targets(
    connection: Connection, cooperative_ids: Collection[UUID]
) -> dict[tuple[UUID, int], list[MemberTarget]]:
    """Every version of these cooperatives' targets, by cooperative and year, in order."""
    found: dict[tuple[UUID, int], list[MemberTarget]] = defaultdict(list)
    query = select(member_target).where(
        among(connection, member_target.c.cooperative, cooperative_ids)
    )
    for row in connection.execute(query.order_by(member_target.c.version)):
        found[row.cooperative, row.year].append(MemberTarget(**row._asdict()))
    return found


def save_targets(connection: Connection, some: Iterable[MemberTarget]) -> None:
    """Write these versions of targets."""
    upsert(connection, member_target, [asdict(one) for one in some])
