-- One row: a closing or a reopening of a month in a list of a district, at its place in its source.
--
-- A corrected step keeps the place of the event that it corrects.
with
step as (
    select source, event, "list", district, month, nil, closed_on as stepped_on, true as closes
    from report_closed
    union all
    select source, event, "list", district, month, false, reopened_on, false
    from report_reopened
)

select step.*, report_place.sequence
from step
inner join report_place using (source, event)
-- nobody can know on a day of the month that the month is complete
where strftime(stepped_on, '%Y-%m') > month
