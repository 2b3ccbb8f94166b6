-- One row: a cell of the peers' job and its value, counted from monitoring's log.
-- The view `other` has the events that count by their type alone: see log_cells.py.
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

changes as (
    select what || '|' || home as cell, time, 1 as change from arrivals
    union all
    select what || '|' || home as cell, time, -1 as change
    from ends
    join homes using (what, subject)
    union all
    select 'attended|' || nth as cell, time, 1 as change from attendances
    union all
    select type as cell, time, 1 as change from other
)

select cell || '|' || strftime(time, '%Y-%m') as cell, cast(sum(change) as bigint) as value
from changes
group by all
having value <> 0
