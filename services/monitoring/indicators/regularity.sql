/*
number = "14"
name_id = "Keteraturan pertemuan P2K2"
name_en = "Regularity of P2K2 sessions"
unit = "group"
dimensions = ["kabupaten of the group", "month"]
needs = ["GROUPS", "SESSIONS"]
disclosure = "open"
constraints = ["groups = groups_met + groups_not_met"]
sums = [
    "groups = groups_met + groups_not_met",
]
source = "docs/figures.md, indicator 14: sessions held / (groups x months)"
version = 1
since = 2026-11-28

[population]
id = "kelompok P2K2 yang telah dibentuk"
en = "family groups that have been formed"

[numerator]
id = "di antaranya, kelompok yang mengadakan pertemuan pada bulan itu"
en = "of these, groups that met in the month"

[denominator]
id = "semua kelompok yang telah dibentuk pada akhir bulan"
en = "all groups that had been formed by the end of the month"

[follow_up]
id = "bulan kalender"
en = "the calendar month"

[not_counted]
id = "Pertemuan tanpa kelompok, dan sebelum bulan pembentukan kelompok."
en = "Sessions without a group, and before the month in which the group was formed."

[caveats]
id = "Kelompok tidak dapat dibubarkan dalam data; kelompok yang tidak lagi mempunyai keluarga tetap dihitung."
en = "The data knows no end of a group; a group that has no families left still counts."

[parts."i14.groups"]
id = "perubahan jumlah kelompok P2K2 yang telah dibentuk, pada akhir bulan"
en = "change in the number of family groups that have been formed, at month end"
kind = "stock"
measure = "groups"
unit = "group"
disclosure = "open"
needs = ["GROUPS", "SESSIONS"]

[parts."i14.groups_met"]
id = "kelompok yang mengadakan paling sedikit satu pertemuan P2K2 pada bulan itu; dua pertemuan sebulan dihitung satu kali"
en = "groups that held at least one P2K2 session in the month; two sessions in a month count once"
kind = "flow"
measure = "groups_met"
unit = "group"
disclosure = "open"

[parts."i14.sessions"]
id = "pertemuan P2K2 kelompok pada bulan itu"
en = "P2K2 sessions of groups in the month"
kind = "flow"
measure = "group_sessions"
unit = "session"
disclosure = "open"
*/
with
cells as (
    select 'i14.groups' as part, district, date_trunc('month', formed_on) as month
    from family_group
    union all
    select 'i14.groups_met', family_group.district, group_met.month
    from group_met
    inner join family_group using (family_group)
    where date_trunc('month', family_group.formed_on) <= group_met.month
    union all
    select
        'i14.sessions', family_group.district, date_trunc('month', session.held_on),
    from session
    inner join family_group on family_group.family_group = session.family_group::varchar
    where session.activity = 'P2K2'
        and date_trunc('month', family_group.formed_on)
            <= date_trunc('month', session.held_on)
)

select
    part,
    district as region,
    strftime(month, '%Y-%m') as period,
    '' as programme,
    '' as band,
    count(*) as value,
from cells
group by all
