-- One row: a person is a member of a cooperative from `since` to before `until`.
--
-- A membership that ended goes on after a reinstatement of a later day, which the next
-- ending after it ends again: such a membership has several rows, which do not overlap.
with
ended as (
    select distinct subject as person, membership, day
    from (
        select subject, membership, lapsed_on as day
        from membership_lapsed
        union all
        select subject, membership, resigned_on
        from membership_resigned
    )
    semi join membership_reinstated using (subject, membership)
),

gap as (
    select
        person,
        membership,
        day,
        lead(day, 1, date '9999-12-31') over (
            partition by person, membership order by day
        ) as next_end,
    from ended
),

returned as (
    select
        gap.person,
        gap.membership,
        gap.next_end,
        min(reinstated.reinstated_on) as returned_on,
    from gap
    inner join membership_reinstated as reinstated
        on reinstated.subject = gap.person
        and reinstated.membership = gap.membership
        and reinstated.reinstated_on > gap.day
    group by gap.person, gap.membership, gap.day, gap.next_end
),

period as (
    select
        person,
        membership,
        activated_on as since,
        coalesce(ended_on, date '9999-12-31') as until,
    from membership
    where activated_on is not null
    union all
    select
        returned.person,
        returned.membership,
        greatest(returned.returned_on, membership.activated_on),
        returned.next_end,
    from returned
    inner join membership using (person, membership)
    where membership.activated_on is not null
)

select
    period.person,
    period.membership,
    membership.cooperative,
    membership.region,
    period.since,
    period.until,
from period
inner join membership using (person, membership)
where period.since < period.until
