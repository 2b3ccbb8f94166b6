-- One row: a family in a programme, in one place and one decile band.
--
-- It holds at the month ends from `since` to before `until`. Both are first
-- days of months; a stay that covers no month end is absent.
select
    family,
    family_number,
    version_count,
    programme,
    subdistrict,
    district,
    area,
    decile_band,
    len(persons) > 0 as listed,
    date_trunc('month', since) as since,
    date_trunc('month', until) as until,
from family_version
where date_trunc('month', since) < date_trunc('month', until)
