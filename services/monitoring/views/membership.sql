-- One row: a membership of a person, as far as it went.
--
-- Each step happened when it was first published (day, then event id). `district`
-- is where the membership was activated.
with
step as (
    select
        subject,
        membership,
        cooperative,
        applied_on,
        null::date as approved_on,
        null::date as activated_on,
        null::date as ended_on,
        null as region,
        null::uuid as event,
    from membership_applied
    union all
    select subject, membership, cooperative, null, approved_on, null, null, null, null
    from membership_approved
    union all
    select
        subject, membership, cooperative, null, null, activated_on, null, region, event,
    from membership_activated
    union all
    select subject, membership, null, null, null, null, lapsed_on, null, null
    from membership_lapsed
    union all
    select subject, membership, null, null, null, null, resigned_on, null, null
    from membership_resigned
)

select
    subject as person,
    membership,
    -- all events of a membership name the same one
    min(cooperative::varchar) as cooperative,
    min(applied_on) as applied_on,
    min(approved_on) as approved_on,
    min(activated_on) as activated_on,
    min(ended_on) as ended_on,
    min_by(region, (activated_on, event)) filter (activated_on is not null) as region,
    left(
        min_by(region, (activated_on, event)) filter (activated_on is not null), 5
    ) as district,
from step
group by person, membership
