-- One row: what a source counts by itself in a district at the end of a month.
select source, measure, district, month, count as declared
from report_count_declared
qualify row_number() over (
    partition by source, measure, district, month
    order by version desc, event desc, sequence desc
) = 1
