-- One row: how a family's spell ended, with its last day and the reason.
--
-- A family that leaves ends the latest spell that began by that day, and no other. Of
-- several ways out of one spell the earliest counts; on one day the graduation.
with
leaving as (
    select subject as family, approved_on as left_on, 'SELF_SUFFICIENT' as reason
    from graduation_approved
    union all
    select subject, exited_on, reason
    from family_exited
),

placed as (
    select
        leaving.family,
        leaving.left_on,
        leaving.reason,
        coalesce(max(enrolled_again.spell), 1) as spell,
    from leaving
    left join enrolled_again
        on enrolled_again.family = leaving.family
        and enrolled_again.enrolled_on <= leaving.left_on
    group by all
)

select
    family,
    spell,
    min(left_on) as left_on,
    min_by(reason, (left_on, reason <> 'SELF_SUFFICIENT', reason)) as reason,
from placed
group by family, spell
