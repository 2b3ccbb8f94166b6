-- One row: a family group, from the day on which it was formed.
--
-- Of several publications the earliest counts (day, then event id).
select
    subject as family_group,
    district,
    formed_on,
from family_group_formed
qualify row_number() over (
    partition by subject order by formed_on, event, sequence
) = 1
