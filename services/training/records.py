"""Where the records of each list that this service reports lie."""

from services.training.tables import (
    attendance,
    completion,
    entitlement,
    family_group,
    group_family,
    session,
)
from shared.application.reporting.records import Dated, Records
from shared.events.reporting import ReportList

_JOINED = group_family.join(family_group, family_group.c.id == group_family.c.group)
_BY_RIGHT = completion.join(entitlement, entitlement.c.membership == completion.c.entitlement)
_DONE = (completion.c.completed_on,)

RECORDS: Records = {
    ReportList.GROUPS: (
        Dated(family_group, family_group.c.region, (family_group.c.formed_on,)),
        Dated(_JOINED, family_group.c.region, (group_family.c.joined_on,)),
    ),
    ReportList.SESSIONS: (Dated(session, session.c.district, (session.c.held_on,)),),
    ReportList.ATTENDANCE: (
        Dated(attendance.join(session), session.c.district, (session.c.held_on,)),
    ),
    ReportList.TRAININGS: (
        Dated(_BY_RIGHT, entitlement.c.region, _DONE),
        # without a right nothing says where: it belongs to the district of whoever recorded it
        Dated(completion, completion.c.areas, _DONE, completion.c.entitlement.is_(None)),
    ),
}
