-- One row: a month of a district in which something was recorded in a list.
--
-- As the service that reports the list counts its records: whatever has a day in the
-- month. What was taken back is no record.
with
placed as (
    select
        facilitator_assigned.assigned_on as day,
        facilitator_target_set.district,
    from facilitator_assigned
    inner join facilitator_target_set
        on facilitator_target_set.subject = facilitator_assigned.facilitator::varchar
),

followed as (
    select referral, contacted_on as day from referral_contacted
    union all
    select referral, interested_on from referral_interested
    union all
    select referral, declined_on from referral_declined
),

stepped as (
    select membership, applied_on as day from membership_applied
    union all
    select membership, approved_on from membership_approved
    union all
    select membership, activated_on from membership_activated
    union all
    select membership, lapsed_on from membership_lapsed
    union all
    select membership, resigned_on from membership_resigned
),

record as (
    select 'FAMILIES' as "list", left(region, 5) as district, enrolled_on as day
    from family_enrolled
    union all
    select 'FAMILIES', left(region, 5), effective_on
    from family_changed
    union all
    select 'EXITS', district, left_on
    from exit
    union all
    select 'REFERRALS', left(region, 5), issued_on
    from referral_issued
    union all
    select 'REFERRALS', left(referral_issued.region, 5), followed.day
    from followed
    inner join referral_issued using (referral)
    union all
    select 'FACILITATORS', district, day
    from placed
    union all
    select 'COOPERATIVES', left(region, 5), registered_on
    from cooperative_registered
    union all
    select 'COOPERATIVES', left(cooperative_registered.region, 5), changed.effective_on
    from cooperative_status_changed as changed
    inner join cooperative_registered using (subject)
    union all
    select 'COOPERATIVES', left(cooperative_registered.region, 5), met.held_on
    from cooperative_annual_meeting as met
    inner join cooperative_registered
        on cooperative_registered.subject = met.cooperative::varchar
    union all
    select 'MEMBERS', left(membership_applied.region, 5), stepped.day
    from stepped
    inner join membership_applied using (membership)
    union all
    select 'GROUPS', district, formed_on
    from family_group_formed
    union all
    select 'GROUPS', family_group_formed.district, family_group_joined.joined_on
    from family_group_joined
    inner join family_group_formed
        on family_group_formed.subject = family_group_joined.group::varchar
    union all
    select 'SESSIONS', district, held_on
    from session_held
    union all
    select 'ATTENDANCE', session_held.district, session_attended.held_on
    from session_attended
    inner join session_held on session_held.subject = session_attended.session::varchar
    union all
    select 'TRAININGS', left(membership_activated.region, 5), training_completed.completed_on
    from training_completed
    inner join membership_activated
        on membership_activated.membership = training_completed.entitlement
)

select distinct "list", district, strftime(day, '%Y-%m') as month
from record
