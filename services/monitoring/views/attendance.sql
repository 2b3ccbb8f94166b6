-- One row: a family attended a P2K2 session, with its place by one version of its record.
--
-- There are two rows where the version of the day is not that of the month's end.
-- `in_force`: the version held on the day, and the family had not left before it.
-- `in_stock`: the version held at the end of the month, when the family was enrolled.
select
    version.family_number,
    left(version.subdistrict, 5) as district,
    attended.held_on,
    date_trunc('month', attended.held_on) as month,
    attended.modules,
    version.since <= attended.held_on
        and attended.held_on < version.until
        and attended.held_on <= version.left_on as in_force,
    coalesce(
        date_trunc('month', greatest(version.since, version.enrolled_on)) <= month
            and month < date_trunc('month', least(version.until, version.left_on))
            and version.enrolled_on is not null,
        false
    ) as in_stock,
from session_attended as attended
inner join family_version as version on version.family = attended.subject
where attended.activity = 'P2K2'
    and attended.unit = 'FAMILY'
    and (in_force or in_stock)
