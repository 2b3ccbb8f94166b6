"""Where the records of each list that this service reports lie."""

from services.cooperative.tables import annual_meeting, cooperative, membership, status_entry
from shared.application.reporting.records import Dated, Records
from shared.events.reporting import ReportList

_CHANGED = status_entry.join(cooperative, cooperative.c.id == status_entry.c.owner)
_MET = annual_meeting.join(cooperative)
_STEPS = (
    membership.c.applied_on,
    membership.c.approved_on,
    membership.c.activated_on,
    membership.c.ended_on,
)

RECORDS: Records = {
    ReportList.COOPERATIVES: (
        Dated(cooperative, cooperative.c.region, (cooperative.c.registered_on,)),
        Dated(
            _CHANGED,
            cooperative.c.region,
            (status_entry.c.effective_on,),
            ~status_entry.c.taken_back,
        ),
        Dated(_MET, cooperative.c.region, (annual_meeting.c.held_on,)),
    ),
    ReportList.MEMBERS: (
        Dated(membership, membership.c.region, _STEPS, noted=(membership.c.breaks,)),
    ),
}
