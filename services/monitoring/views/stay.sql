-- One row: a family in the programme and in one place.
--
-- It holds at the month ends from `since` to before `until`. Both are first
-- days of months; a stay that covers no month end is absent.
select
    family_number,
    version_count,
    subdistrict,
    len(persons) > 0 as listed,
    date_trunc('month', greatest(since, enrolled_on)) as since,
    date_trunc('month', least(until, left_on)) as until,
from family_version
where enrolled_on is not null
    and date_trunc('month', greatest(since, enrolled_on))
        < date_trunc('month', least(until, left_on))
