-- One row: a business group goes on in `at_group` from a day: in itself, or by mergers and splits.
--
-- Of several formations of a group the earliest counts. A circle, which no service
-- records, adds the same rows again and ends.
with recursive
own as (
    select subject as business_group, formed_on
    from group_formed
    qualify row_number() over (partition by subject order by formed_on, event, sequence) = 1
),

way as (
    select business_group, business_group as at_group, formed_on as since
    from own
    union
    select
        way.business_group,
        succeeded.successor::varchar as at_group,
        greatest(way.since, succeeded.happened_on) as since,
    from way
    inner join group_succeeded as succeeded on succeeded.subject = way.at_group
)

select business_group, at_group, min(since) as since
from way
group by business_group, at_group
