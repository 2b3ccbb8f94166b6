-- One row: a person's first referral, with the programme of the family on that day.
--
-- Of several the earliest counts (day, then referral id). NONE: the family was in no
-- programme on that day. `left_on` is when the family left that spell, if it did.
with
earliest as (
    select
        subject as person,
        family,
        issued_on,
        left(region, 5) as district,
    from referral_issued
    qualify row_number() over (
        partition by person order by issued_on, referral, event, sequence
    ) = 1
),

placed as (
    select earliest.person, spell.programme, spell.last_day, spell.reason
    from earliest
    inner join spell
        on spell.family = earliest.family
        and earliest.issued_on between spell.enrolled_on and spell.last_day
)

select
    earliest.*,
    coalesce(placed.programme, 'NONE') as programme,
    if(placed.reason is null, null, placed.last_day) as left_on,
from earliest
left join placed using (person)
