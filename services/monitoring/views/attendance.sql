-- One row: a family attended a P2K2 session, with its place by one version of its record.
--
-- There are two rows where the version of the day is not that of the month's end.
-- `in_force`: the version held on the day. `in_stock`: it held at the month's end.
select
    version.family_number,
    version.programme,
    version.district,
    attended.held_on,
    date_trunc('month', attended.held_on) as month,
    attended.modules,
    attended.held_on between version.since and version.last_day as in_force,
    date_trunc('month', version.since) <= month
        and month < date_trunc('month', version.until) as in_stock,
from session_attended as attended
inner join family_version as version on version.family = attended.subject
where attended.activity = 'P2K2'
    and attended.unit = 'FAMILY'
    and (in_force or in_stock)
