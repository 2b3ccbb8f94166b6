-- One row: a version of a family's record within one spell, from `since` to `last_day`.
--
-- On each day the highest version that is effective by then is in force (version,
-- day, event id); an enrolment is a version as well. At the close of the day `until`
-- the row holds no longer. `reason` is how the family left on `last_day`, if it did.
-- `family_number` is a small number in place of the pseudonym: the sequence of the
-- family's first record.
with
several as (
    select subject as family from family_changed
    union
    select family from enrolled_again
),

version as (
    select
        family,
        version,
        enrolled_on as since,
        event,
        sequence,
        region,
        decile_band,
        persons,
    from enrolment
    where family in (select family from several)
    union all
    select
        subject,
        version,
        effective_on,
        event,
        sequence,
        region,
        decile_band,
        persons,
    from family_changed
),

ranked as (
    select
        *,
        row_number() over (
            partition by family order by version, since, event, sequence
        ) as place,
        min(sequence) over (partition by family) as family_number,
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
    select
        closed.family,
        closed.family_number,
        closed.version_count,
        spell.programme,
        closed.region,
        closed.decile_band,
        closed.persons,
        greatest(closed.since, spell.enrolled_on) as since,
        least(closed.until, spell.until) as until,
        least(closed.until - 1, spell.last_day) as last_day,
        if(spell.last_day < closed.until, spell.reason, null) as reason,
    from closed
    inner join spell using (family)
    where closed.since < closed.until
    union all
    select
        enrolment.family,
        enrolment.sequence,
        1,
        enrolment.programme,
        enrolment.region,
        enrolment.decile_band,
        enrolment.persons,
        enrolment.enrolled_on,
        coalesce(departure.left_on, date '9999-12-31'),
        coalesce(departure.left_on, date '9999-12-31'),
        departure.reason,
    from enrolment
    left join departure using (family, spell)
    where enrolment.family not in (select family from several)
)

select
    family,
    family_number,
    version_count,
    programme,
    left(region, 8) as subdistrict,
    left(region, 5) as district,
    if(substr(region, 10, 1) = '1', 'URBAN_WARD', 'VILLAGE') as area,
    decile_band,
    list_transform(persons, lambda one: one.person) as persons,
    since,
    until,
    last_day,
    reason,
from every
where since <= last_day
