-- One row: a family's enrolment; it begins a spell.
select
    subject as family,
    1 as spell,
    enrolled_on,
    date '9999-12-31' as next_on,
    coalesce(version, 1) as version,
    event,
    sequence,
    programme,
    region,
    decile_band,
    persons,
from family_enrolled
where hash(subject) not in (select family_hash from repeated_enrolment)
union all
select
    family,
    spell,
    enrolled_on,
    next_on,
    version,
    event,
    sequence,
    programme,
    region,
    decile_band,
    persons,
from enrolled_again
