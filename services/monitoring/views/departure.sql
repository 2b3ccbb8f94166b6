-- One row: a family that left, with the first day out of the programme.
--
-- Of several exits and approved graduations the earliest counts.
with
leaving as (
    select subject, approved_on as left_on, approved_on from graduation_approved
    union all
    select subject, exited_on, null from family_exited
)

select
    subject as family,
    min(left_on) as left_on,
    min(approved_on) as graduated_on,
from leaving
group by family
