"""Where the records of each list that this service reports lie.

Targets are of a year, so no month has them.
"""

from services.beneficiary.tables import (
    assignment,
    facilitator,
    family,
    family_version,
    past_spell,
    referral,
    referral_step,
)
from shared.application.reporting.records import Dated, Records
from shared.events.reporting import ReportList

_EARLIER = past_spell.join(family, family.c.id == past_spell.c.family)
_ASSIGNED = assignment.join(facilitator, facilitator.c.id == assignment.c.facilitator)
_FOLLOWED = referral_step.join(referral, referral.c.id == referral_step.c.referral)

RECORDS: Records = {
    ReportList.FAMILIES: (
        Dated(
            family_version,
            family_version.c.region,
            (family_version.c.effective_on,),
            ~family_version.c.taken_back,
        ),
    ),
    ReportList.EXITS: (
        Dated(family, family.c.region, (family.c.approved_on, family.c.exited_on)),
        Dated(_EARLIER, family.c.region, (past_spell.c.approved_on, past_spell.c.exited_on)),
    ),
    ReportList.REFERRALS: (
        Dated(referral, referral.c.region, (referral.c.issued_on,)),
        Dated(_FOLLOWED, referral.c.region, (referral_step.c.day,)),
    ),
    ReportList.FACILITATORS: (
        Dated(_ASSIGNED, facilitator.c.district, (assignment.c.assigned_on,)),
    ),
}
