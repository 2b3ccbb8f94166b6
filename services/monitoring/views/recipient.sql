-- One row: a member lives in a family of a programme, from `since` to before `until`.
--
-- The rows of a person do not overlap. Whom families of several programmes list at a
-- time is of the first of PKH, PKH_PLUS, SEMBAKO, OTHER_SOCIAL.
with
edge as (
    select distinct person, unnest([since, until]) as since
    from link
),

segment as (
    select
        person,
        since,
        lead(since) over (partition by person order by since) as until,
    from edge
)

select
    segment.person,
    segment.since,
    segment.until,
    min_by(
        link.programme,
        list_position(['PKH', 'PKH_PLUS', 'SEMBAKO', 'OTHER_SOCIAL'], link.programme)
    ) as programme,
from segment
inner join link
    on link.person = segment.person
    and link.since <= segment.since
    and segment.until <= link.until
group by segment.person, segment.since, segment.until
