-- One row: an enrolled family lists a person who once joined a cooperative.
--
-- It holds from `since` to before `until`.
with
listed as (
    select
        family_number,
        programme,
        subdistrict,
        district,
        area,
        decile_band,
        unnest(persons) as person,
        since,
        until,
    from family_version
    where since < until
)

select
    family_number,
    programme,
    subdistrict,
    district,
    area,
    decile_band,
    person,
    since,
    until,
from listed
where person in (select person from membership where activated_on is not null)
