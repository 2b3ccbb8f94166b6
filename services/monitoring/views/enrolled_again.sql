-- One row: an enrolment of a family that has several enrolments in the log.
--
-- Of several with one version the earliest counts (day, then event id). `spell` is
-- 1, 2, 3 ... for each family in the order of days, `next_on` the day of the next one.
with
enrolled as (
    select
        subject as family,
        enrolled_on,
        coalesce(version, 1) as version,
        event,
        sequence,
        programme,
        region,
        decile_band,
        persons,
    from family_enrolled
    where hash(subject) in (select family_hash from repeated_enrolment)
    qualify row_number() over (
        partition by family, coalesce(version, 1) order by enrolled_on, event, sequence
    ) = 1
)

select
    *,
    row_number() over (
        partition by family order by enrolled_on, version, event, sequence
    ) as spell,
    lead(enrolled_on, 1, date '9999-12-31') over (
        partition by family order by enrolled_on, version, event, sequence
    ) as next_on,
from enrolled
