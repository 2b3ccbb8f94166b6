-- One row: an enrolled family belongs to a family group, in one programme and kabupaten.
--
-- It holds at the month ends from `since` to before `until`. Whoever joins a group
-- leaves the earlier one; of two on one day the later counts (event id).
with
grouped as (
    select
        subject as family,
        "group"::varchar as family_group,
        joined_on,
        lead(joined_on, 1, date '9999-12-31') over (
            partition by subject order by joined_on, event, sequence
        ) as next_on,
    from family_group_joined
)

select
    stay.family,
    grouped.family_group,
    stay.programme,
    stay.district,
    greatest(date_trunc('month', grouped.joined_on), stay.since) as since,
    least(date_trunc('month', grouped.next_on), stay.until) as until,
from grouped
inner join stay using (family)
where greatest(date_trunc('month', grouped.joined_on), stay.since)
    < least(date_trunc('month', grouped.next_on), stay.until)
