-- One row: a session as it was held.
--
-- Of several publications the earliest counts (day, then event id).
select
    subject as session,
    held_on,
    activity,
    district,
    "group" as family_group,
    coalesce(list_sum(list_transform(participants, lambda one: one.count)), 0)::bigint
        as participants,
from session_held
qualify row_number() over (
    partition by session order by held_on, event, sequence
) = 1
