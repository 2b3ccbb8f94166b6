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
-- one row: a family in a calendar year and a kabupaten. No other join is as large as
-- that of attendance: both questions are answered from one pass over it
family_year as (
    select
        family_number,
        district,
        year(month) as year,
        -- bit 1 is January
        bit_or(if(in_stock, 1 << month(month), 0)) as months_attended,
        min(month) filter (in_force and list_contains(modules, 'HEALTH_NUTRITION'))
            as health_nutrition,
        min(month) filter (in_force and list_contains(modules, 'EDUCATION_PARENTING'))
            as education_parenting,
        min(month) filter (in_force and list_contains(modules, 'FAMILY_FINANCE'))
            as family_finance,
        min(month) filter (in_force and list_contains(modules, 'CHILD_PROTECTION'))
            as child_protection,
        min(month) filter (in_force and list_contains(modules, 'SOCIAL_WELFARE'))
            as social_welfare,
        min(month) filter (in_force and list_contains(modules, 'STUNTING_PREVENTION'))
            as stunting_prevention,
    from attendance
    group by family_number, district, year(attendance.month)
),

-- families with the same months are counted together, before these are taken apart
alike as (
    select * exclude (family_number), count(*) as families
    from family_year
    group by all
),

attended as (
    select
        district,
        year,
        unnest(range(1, 13)) as month,
        months_attended >> unnest(range(1, 13)) & 1 as present,
        families,
    from alike
),

had as (
    select
        district,
        families,
        [
            health_nutrition,
            education_parenting,
            family_finance,
            child_protection,
            social_welfare,
            stunting_prevention,
        ] as months,
    from alike
),

taught as (
    select
        district,
        families,
        unnest([
            'HEALTH_NUTRITION',
            'EDUCATION_PARENTING',
            'FAMILY_FINANCE',
            'CHILD_PROTECTION',
            'SOCIAL_WELFARE',
            'STUNTING_PREVENTION',
            'ALL'
        ]) as module,
        unnest(
            list_append(
                months, if(list_count(months) = len(months), list_max(months), null)
            )
        ) as month,
    from had
),

cells as (
    select
        'i15.attended' as part,
        district,
        make_date(year, month, 1) as month,
        '' as band,
        families as value,
    from attended
    where present = 1
    union all
    select 'i15.module', district, month, module, families
    from taught
    where month is not null
    union all
    select 'i15.sessions', district, date_trunc('month', held_on), '', 1
    from session
    where activity = 'P2K2'
)

select
    part,
    district as region,
    strftime(month, '%Y-%m') as period,
    band,
    sum(value)::bigint as value,
from cells
group by part, region, period, band
