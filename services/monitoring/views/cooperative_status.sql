-- One row: the status of a registered cooperative.
--
-- It holds at the month ends from `since` to before `until`. Of several registrations
-- the earliest counts (day, then event id), of the changes of status that are
-- effective by a month's end the highest (version, day, event id).
with
registration as (
    select subject as cooperative, registered_on, left(region, 5) as district
    from cooperative_registered
    qualify row_number() over (
        partition by cooperative order by registered_on, event, sequence
    ) = 1
),

version as (
    select
        cooperative,
        0 as version,
        registered_on as day,
        null as event,
        0 as sequence,
        'REGISTERED' as status,
    from registration
    union all
    select subject, version, effective_on, event, sequence, status
    from cooperative_status_changed
),

placed as (
    select
        cooperative,
        registration.district,
        version.status,
        date_trunc('month', greatest(version.day, registration.registered_on)) as since,
        row_number() over (
            partition by cooperative
            order by version.version, version.day, version.event, version.sequence
        ) as place,
    from version
    inner join registration using (cooperative)
),

highest as (
    select *
    from placed
    qualify place = max(place) over (
        partition by cooperative order by since, place rows unbounded preceding
    )
),

closed as (
    select
        *,
        lead(since, 1, date '9999-12-01') over (
            partition by cooperative order by since, place
        ) as until,
    from highest
)

select cooperative, district, status, since, until
from closed
where since < until
