-- One row: a version of a family's record while it is in force, from `since` to before `until`.
--
-- On each day the highest version that is effective by then is in force (version,
-- day, event id); the enrolment is version 1. `family_number` is a small number in
-- place of the pseudonym: the sequence of the family's first record. `enrolled_on`
-- is null for a family that was never enrolled.
with
changed as (select distinct subject from family_changed),

version as (
    select
        family, 1 as version, enrolled_on as since, event, sequence, region, persons,
    from enrolment
    where family in (select subject from changed)
    union all
    select
        subject, version, effective_on, event, sequence, region, persons,
    from family_changed
),

ranked as (
    select
        *,
        row_number() over (
            partition by family order by version, since, event, sequence
        ) as place,
        min(sequence) over (partition by family) as family_number,
        min(since) filter (version = 1) over (partition by family) as enrolled_on,
        count(*) over (partition by family) as version_count,
    from version
),

highest as (
    select *
    from ranked
    qualify place = max(place) over (
        partition by family order by since, place rows unbounded preceding
    )
),

closed as (
    select
        *,
        lead(since, 1, date '9999-12-31') over (
            partition by family order by since, place
        ) as until,
    from highest
),

every as (
    select family, family_number, version_count, enrolled_on, since, until, region, persons
    from closed
    where since < until
    union all
    select
        family, sequence, 1, enrolled_on, enrolled_on, date '9999-12-31', region, persons,
    from enrolment
    where family not in (select subject from changed)
)

select
    every.family,
    every.family_number,
    every.version_count,
    every.enrolled_on,
    coalesce(departure.left_on, date '9999-12-31') as left_on,
    every.since,
    every.until,
    left(every.region, 8) as subdistrict,
    list_transform(every.persons, lambda one: one.person) as persons,
from every
left join departure using (family)
