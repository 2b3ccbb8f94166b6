/*
number = "13"
name_id = "Terdaftar kembali setelah graduasi"
name_en = "Enrolled again after graduation"
unit = "family"
dimensions = ["kabupaten on the day of graduation", "month of graduation", "programme"]
needs = ["FAMILIES", "EXITS"]
disclosure = "people"
constraints = ["graduated_12 = relapsed_12 + not_relapsed_12", "graduated_24 = relapsed_24 + not_relapsed_24"]
sums = [
    "graduated_12 = relapsed_12 + not_relapsed_12",
    "graduated_24 = relapsed_24 + not_relapsed_24",
    "relapsed_24 = relapsed_12 + relapsed_13_24",
]
source = "docs/figures.md, indicator 13: enrolled again within 12 (24) months of a graduation"
version = 1
since = 2026-11-28

[population]
id = "graduasi sejahtera mandiri yang disetujui, menurut bulan persetujuan"
en = "approved self-sufficient graduations by the month of approval"

[numerator]
id = "di antaranya, keluarga yang terdaftar kembali dalam 365 atau 730 hari, di program mana pun"
en = "of these, families that were enrolled again within 365 or 730 days, in any programme"

[denominator]
id = "semua graduasi tersebut yang telah diikuti selama itu"
en = "all of these that have been followed for as long"

[follow_up]
id = "365 dan 730 hari sejak persetujuan; suatu bulan ditampilkan setelah semua keluarganya diikuti penuh"
en = "365 and 730 days from the approval; a cohort is shown when every family in it has been followed to the end"

[not_counted]
id = "Keluarga yang keluar dengan sebab lain; desil yang turun tanpa pendaftaran kembali."
en = "Families that left otherwise; a falling decile without a new enrolment."

[caveats]
id = "Terdaftar kembali adalah tanda, bukan ukuran, dari jatuh kembali di bawah garis kemiskinan."
en = "Being enrolled again is a sign, not a measure, of falling back below the poverty line."

[parts."i13.within_12"]
id = "graduated_12: graduasi; relapsed_12: di antaranya, yang terdaftar kembali dalam 365 hari, di program mana pun"
en = "graduated_12: graduations; relapsed_12: of these, enrolled again within 365 days, in any programme"
kind = "cohort"
follow_days = 365
measures = ["graduated_12", "relapsed_12"]
unit = "family"
programmes = "recipients"

[parts."i13.within_24"]
id = "graduated_24: graduasi; relapsed_24: di antaranya, yang terdaftar kembali dalam 730 hari, di program mana pun"
en = "graduated_24: graduations; relapsed_24: of these, enrolled again within 730 days, in any programme"
kind = "cohort"
follow_days = 730
measures = ["graduated_24", "relapsed_24"]
unit = "family"
programmes = "recipients"
*/
with
followed as (
    select
        graduated.district,
        graduated.programme,
        graduated.left_on,
        min(again.enrolled_on) - graduated.left_on as days,
    from exit as graduated
    left join enrolled_again as again
        on again.family = graduated.family and again.enrolled_on > graduated.left_on
    where graduated.reason = 'SELF_SUFFICIENT'
    group by graduated.family, graduated.district, graduated.programme, graduated.left_on
),

horizon as (
    select *, unnest([12, 24]) as months
    from followed
),

counted as (
    select
        district,
        programme,
        left_on,
        months,
        unnest(['graduated_', if(days <= 365 * months // 12, 'relapsed_', null)]) as measure,
    from horizon
)

select
    concat('i13.within_', months) as part,
    district as region,
    strftime(left_on, '%Y-%m') as period,
    programme,
    concat(measure, months) as band,
    count(*) as value,
from counted
where measure is not null
group by all
