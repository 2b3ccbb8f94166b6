-- One row: a family in one spell in a programme, from `enrolled_on` to `last_day`.
--
-- At the close of the day `until` it is out. `reason` is null for a family that is
-- still in, and for one that was enrolled again without having left.
select
    enrolment.family,
    enrolment.spell,
    enrolment.programme,
    enrolment.enrolled_on,
    coalesce(departure.left_on, enrolment.next_on) as until,
    coalesce(departure.left_on, enrolment.next_on - 1) as last_day,
    departure.reason,
from enrolment
left join departure using (family, spell)
