-- One row: a family's enrolment. Of several the earliest counts (day, then event id).
select
    subject as family, enrolled_on, event, sequence, region, persons,
from family_enrolled
where hash(subject) not in (select family_hash from repeated_enrolment)
union all
select
    subject as family, enrolled_on, event, sequence, region, persons,
from family_enrolled
where hash(subject) in (select family_hash from repeated_enrolment)
qualify row_number() over (
    partition by subject order by enrolled_on, event, sequence
) = 1
