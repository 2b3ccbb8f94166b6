-- One row: an event of any type as it was published, with the day that it names.
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.family.enrolled.v1' as type, enrolled_on as day
from family_enrolled_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.family.changed.v1' as type, effective_on as day
from family_changed_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.family.exited.v1' as type, exited_on as day
from family_exited_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.family.training_offered.v1' as type, offered_on as day
from family_training_offered_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.facilitator.assigned.v1' as type, assigned_on as day
from facilitator_assigned_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.facilitator.target_set.v1' as type, null::date as day
from facilitator_target_set_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.referral.issued.v1' as type, issued_on as day
from referral_issued_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.referral.contacted.v1' as type, contacted_on as day
from referral_contacted_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.referral.interested.v1' as type, interested_on as day
from referral_interested_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.referral.declined.v1' as type, declined_on as day
from referral_declined_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.eligibility.assessed.v1' as type, assessed_on as day
from eligibility_assessed_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.graduation.proposed.v1' as type, proposed_on as day
from graduation_proposed_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.graduation.verified.v1' as type, verified_on as day
from graduation_verified_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.graduation.approved.v1' as type, approved_on as day
from graduation_approved_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.programme.target_set.v1' as type, null::date as day
from programme_target_set_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.family.visited.v1' as type, visited_on as day
from family_visited_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.cooperative.registered.v1' as type, registered_on as day
from cooperative_registered_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.cooperative.status_changed.v1' as type, effective_on as day
from cooperative_status_changed_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.group.formed.v1' as type, formed_on as day
from group_formed_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.group.status_changed.v1' as type, effective_on as day
from group_status_changed_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.group.succeeded.v1' as type, happened_on as day
from group_succeeded_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.group.became_cooperative.v1' as type, became_on as day
from group_became_cooperative_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.group.member_joined.v1' as type, joined_on as day
from group_member_joined_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.group.member_left.v1' as type, left_on as day
from group_member_left_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.membership.applied.v1' as type, applied_on as day
from membership_applied_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.membership.approved.v1' as type, approved_on as day
from membership_approved_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.membership.activated.v1' as type, activated_on as day
from membership_activated_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.membership.lapsed.v1' as type, lapsed_on as day
from membership_lapsed_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.membership.resigned.v1' as type, resigned_on as day
from membership_resigned_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.consent.recorded.v1' as type, given_on as day
from consent_recorded_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.cooperative.annual_meeting.v1' as type, held_on as day
from cooperative_annual_meeting_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.cooperative.target_set.v1' as type, null::date as day
from cooperative_target_set_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.membership.savings_recorded.v1' as type, null::date as day
from membership_savings_recorded_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.membership.transactions_recorded.v1' as type, null::date as day
from membership_transactions_recorded_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.membership.benefit_granted.v1' as type, granted_on as day
from membership_benefit_granted_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.membership.reinstated.v1' as type, reinstated_on as day
from membership_reinstated_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.cooperative.mentoring_recorded.v1' as type, mentored_on as day
from cooperative_mentoring_recorded_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.cooperative.capital_granted.v1' as type, granted_on as day
from cooperative_capital_granted_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.family.group_formed.v1' as type, formed_on as day
from family_group_formed_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.family.group_joined.v1' as type, joined_on as day
from family_group_joined_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.session.held.v1' as type, held_on as day
from session_held_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.session.attended.v1' as type, held_on as day
from session_attended_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.training.completed.v1' as type, completed_on as day
from training_completed_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.report.obligation_set.v1' as type, null::date as day
from report_obligation_set_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.report.closed.v1' as type, closed_on as day
from report_closed_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.report.reopened.v1' as type, reopened_on as day
from report_reopened_v1
union all
select
    source, sequence, event, subject, time, recorded, corrects,
    'id.lintas.report.count_declared.v1' as type, null::date as day
from report_count_declared_v1
