-- One row: a month that its office closed as nil and in which something was recorded.
--
-- The records count; only the statement is not so any more. Read by code.
select report_complete.list, report_complete.district, report_complete.month
from report_complete
semi join report_record
    on report_record.list = report_complete.list
    and report_record.district = report_complete.district
    and report_record.month = report_complete.month
where report_complete.nil
