-- One row: how many families of one programme and kabupaten a family group has.
--
-- It holds at the month ends from `since` to before `until`.
with
step as (
    select
        family_group,
        district,
        programme,
        unnest([since, until]) as month,
        unnest([1, -1]) as change,
    from group_stay
),

net as (
    select family_group, district, programme, month, sum(change) as change
    from step
    group by all
)

select
    family_group,
    district,
    programme,
    month as since,
    lead(month, 1, date '9999-12-31') over (
        partition by family_group, district, programme order by month
    ) as until,
    sum(change) over (
        partition by family_group, district, programme order by month
    ) as families,
from net
