-- One row: a person took a role in a business group, as corrected; what was taken back is absent.
with
original as (
    select * exclude (corrects) from group_member_joined_v1 where corrects is null
),

replacement as (
    select * exclude (corrects) replace (corrects as event)
    from group_member_joined_v1
    semi join correction using (source, sequence)
    where corrects is not null
)

select original.*
from original
anti join correction
    on original.event = correction.corrected
    and original.subject = correction.subject
    and original.source = correction.source
    and correction.corrected_type = 'id.lintas.group.member_joined.v1'
union all
select replacement.*
from replacement
semi join original using (event, subject, source)
