-- One row: an enrolled family attended a P2K2 session, with its programme and place on that day.
select
    version.family_number,
    version.programme,
    version.district,
    attended.held_on,
    date_trunc('month', attended.held_on) as month,
    attended.modules,
from session_attended as attended
inner join family_version as version on version.family = attended.subject
where attended.activity = 'P2K2'
    and attended.unit = 'FAMILY'
    and attended.held_on between version.since and version.last_day
