-- One row: an enrolled family lists a person who is, was or will be a member.
--
-- It holds from `since` to before `until`.
with
listed as (
    select
        family_number,
        subdistrict,
        unnest(persons) as person,
        greatest(since, enrolled_on) as since,
        least(until, left_on) as until,
    from family_version
    where enrolled_on is not null
        and greatest(since, enrolled_on) < least(until, left_on)
)

select family_number, subdistrict, person, since, until
from listed
where person in (select person from member)
