-- One row: a month that is closed in a list of a district, by the source that reports it.
--
-- The last step of each report counts, by its place in its source and not by any clock.
select source, "list", district, month, nil
from report_step
qualify
    row_number() over (partition by source, "list", district, month order by sequence desc) = 1
    and closes
