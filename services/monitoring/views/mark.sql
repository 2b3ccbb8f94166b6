-- One row: the moment of a fact that counts.
--
-- It is at the latest on the day on which the fact was recorded. A fact that was
-- replaced keeps its own moment, unless that is noon in Jakarta of the day that it
-- named: then it is noon of the replacement's day, at the latest of the correction's.
-- What an office says of its reports and targets happens in no month of the programme.
with
placed as (
    select
        *,
        day + interval 5 hours as noon,
        (recorded + interval 7 hours)::date as recorded_day,
        recorded_day + interval 5 hours as recorded_noon,
        if(
            time > recorded and (time + interval 7 hours)::date > recorded_day,
            recorded_noon,
            time
        ) as moment,
    from event
    where type not like 'id.lintas.report.%'
        and type not in (
            'id.lintas.programme.target_set.v1', 'id.lintas.cooperative.target_set.v1'
        )
),

original as (select * from placed where corrects is null),

replacement as (
    select placed.*
    from placed
    semi join correction using (source, sequence)
    where placed.corrects is not null
)

select original.source, original.moment
from original
anti join correction
    on original.event = correction.corrected
    and original.subject = correction.subject
    and original.source = correction.source
    and original.type = correction.corrected_type
union all
select
    original.source,
    if(
        original.time = original.noon and original.moment = original.time,
        least(replacement.noon, replacement.recorded_noon),
        original.moment
    ),
from replacement
inner join original
    on original.event = replacement.corrects
    and original.subject = replacement.subject
    and original.source = replacement.source
    and original.type = replacement.type
