-- One row: the place in its source of a closing or a reopening, also of one that was taken back.
select source, event, sequence from report_closed_v1 where corrects is null
union all
select source, event, sequence from report_reopened_v1 where corrects is null
