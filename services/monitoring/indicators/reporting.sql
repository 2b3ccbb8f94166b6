/*
number = "00"
name_id = "Kewajiban lapor dan bulan yang sudah ditutup"
name_en = "Obligations to report and closed months"
unit = "record"
dimensions = ["kabupaten", "month", "list"]
needs = []
disclosure = "open"
constraints = ["a list that is expected is closed or open, never both"]
source = "docs/adr/0060: a month is complete when the office that reports it has closed it"
version = 2
since = 2026-11-29

[population]
id = "daftar yang wajib dilaporkan sebuah kantor untuk sebuah kabupaten, menurut bulan"
en = "lists that an office has to report for a kabupaten, by month"

[numerator]
id = "di antaranya, yang sudah ditutup kantor itu (bulan ini lengkap, atau nihil)"
en = "of these, those that the office has closed (complete, or nil)"

[denominator]
id = "yang wajib dilaporkan, sampai bulan terakhir yang ditutup di mana pun"
en = "those that are expected, up to the last month that was closed anywhere"

[follow_up]
id = "tidak ada: keadaan pada saat potongan data"
en = "none: as of the cut"

[parts."report.expected"]
id = "daftar yang wajib dilaporkan untuk kabupaten dan bulan itu; terbuka"
en = "list that is expected for the kabupaten and month; open"
kind = "flow"
measure = "lists_expected"
unit = "record"
disclosure = "open"

[parts."report.closed"]
id = "daftar yang sudah ditutup untuk kabupaten dan bulan itu; terbuka"
en = "list that is closed for the kabupaten and month; open"
kind = "flow"
measure = "lists_closed"
unit = "record"
disclosure = "open"
*/
select
    'report.expected' as part,
    district as region,
    month as period,
    '' as programme,
    "list" as band,
    1 as value,
from report_expected
union all
select 'report.closed', district, month, '', "list", 1
from report_complete
