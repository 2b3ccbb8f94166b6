-- One row: the correction that counts of an event.
--
-- It is for the very type, subject and source that it names.
-- Of several corrections of one event the latest counts (recorded, then event id).
select
    source, sequence, recorded, subject, corrected, corrected_type,
from fact_corrected_v1
qualify row_number() over (
    partition by source, corrected_type, subject, corrected
    order by recorded desc, event desc, sequence desc
) = 1
