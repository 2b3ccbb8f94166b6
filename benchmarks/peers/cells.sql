-- One row: a cell of the peers' job and its value, counted from monitoring's log.
with

homes as (
    select 'families' as what, subject, arg_max(left(region, 8), sequence) as home
    from family_enrolled_v1
    group by subject
    union all
    select 'members' as what, subject, arg_max(left(region, 8), sequence) as home
    from membership_activated_v1
    group by subject
),

arrivals as (
    select 'families' as what, left(region, 8) as home, time from family_enrolled_v1
    union all
    select 'members' as what, left(region, 8) as home, time from membership_activated_v1
),

ends as (
    select 'families' as what, subject, time from family_exited_v1
    union all
    select 'families' as what, subject, time from graduation_approved_v1
    union all
    select 'members' as what, subject, time from membership_lapsed_v1
    union all
    select 'members' as what, subject, time from membership_resigned_v1
),

attendances as (
    select row_number() over (partition by subject order by sequence) as nth, time
    from session_attended_v1
),

others as (
    select 'facilitator.assigned.v1' as type, time from facilitator_assigned_v1
    union all
    select 'facilitator.target_set.v1' as type, time from facilitator_target_set_v1
    union all
    select 'family.changed.v1' as type, time from family_changed_v1
    union all
    select 'referral.issued.v1' as type, time from referral_issued_v1
    union all
    select 'graduation.proposed.v1' as type, time from graduation_proposed_v1
    union all
    select 'graduation.verified.v1' as type, time from graduation_verified_v1
    union all
    select 'membership.applied.v1' as type, time from membership_applied_v1
    union all
    select 'membership.approved.v1' as type, time from membership_approved_v1
    union all
    select 'cooperative.registered.v1' as type, time from cooperative_registered_v1
    union all
    select 'cooperative.status_changed.v1' as type, time from cooperative_status_changed_v1
    union all
    select 'group.formed.v1' as type, time from group_formed_v1
    union all
    select 'group.status_changed.v1' as type, time from group_status_changed_v1
    union all
    select 'session.held.v1' as type, time from session_held_v1
    union all
    select 'training.completed.v1' as type, time from training_completed_v1
    union all
    select 'fact.corrected.v1' as type, time from fact_corrected_v1
),

changes as (
    select what || '|' || home as cell, time, 1 as change from arrivals
    union all
    select what || '|' || home as cell, time, -1 as change
    from ends
    join homes using (what, subject)
    union all
    select 'attended|' || nth as cell, time, 1 as change from attendances
    union all
    select 'id.lintas.' || type as cell, time, 1 as change from others
)

select cell || '|' || strftime(time, '%Y-%m') as cell, cast(sum(change) as bigint) as value
from changes
group by all
having value <> 0
