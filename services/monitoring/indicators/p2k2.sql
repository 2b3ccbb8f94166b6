/*
number = "15"
name_id = "Kehadiran P2K2 dan cakupan modul"
name_en = "P2K2 attendance and module coverage"
unit = "family, session"
dimensions = ["kabupaten", "month", "band: module"]
needs = ["families", "exits", "graduations", "sessions", "attendance"]
disclosure = "mixed"
constraints = ["attended + absent = 01 enrolled of the kabupaten, where sessions were held"]
source = "domain.md section 6, indicator 15: attended / expected; families with each module"
version = 1
since = 2026-11-28

[population]
id = "keluarga yang terdaftar"
en = "enrolled families"

[numerator]
id = "keluarga yang menghadiri pertemuan pada bulan itu; keluarga yang mendapat modul pada tahun itu"
en = "families that attended a session in the month; families that had a module in the year"

[denominator]
id = "keluarga yang terdaftar pada akhir bulan"
en = "families enrolled at the end of the month"

[follow_up]
id = "bulan kalender untuk kehadiran, tahun kalender untuk modul"
en = "the calendar month for attendance, the calendar year for modules"

[parts."i15.attended"]
id = "keluarga yang menghadiri pertemuan P2K2 pada bulan itu dan terdaftar pada akhir bulan, di kabupaten pada hari itu; orang"
en = "families that attended a P2K2 session in the month and are enrolled at its end, in the kabupaten of that day; people"

[parts."i15.sessions"]
id = "pertemuan P2K2 yang diadakan; terbuka"
en = "P2K2 sessions held; open"

[parts."i15.module"]
id = "keluarga menurut bulan saat pertama kali mendapat suatu modul dalam satu tahun kalender di satu kabupaten; ALL: bulan modul keenam; kehadiran tanpa data yang berlaku atau setelah keluarga keluar tidak dihitung; orang"
en = "families by the month in which they first had a module in a calendar year in a kabupaten; ALL: the month of the sixth; attendance without a version in force or after the family left does not count; people"
*/
with
attended as (
    select distinct family_number, district, month
    from attendance
    where in_stock
),

taught as (
    select family_number, district, month, unnest(modules) as module
    from attendance
    where in_force
),

first_month as (
    select family_number, district, module, min(month) as month
    from taught
    group by family_number, district, module, year(taught.month)
),

every_module as (
    select district, max(month) as month
    from first_month
    group by family_number, district, year(first_month.month)
    having count(*) = 6
),

cells as (
    select 'i15.attended' as part, district, month, '' as band, count(*) as value
    from attended
    group by all
    union all
    select 'i15.module', district, month, module, count(*)
    from first_month
    group by all
    union all
    select 'i15.module', district, month, 'ALL', count(*)
    from every_module
    group by all
    union all
    select 'i15.sessions', district, date_trunc('month', held_on), '', count(*)
    from session
    where activity = 'P2K2'
    group by all
)

select part, district as region, strftime(month, '%Y-%m') as period, band, value
from cells
