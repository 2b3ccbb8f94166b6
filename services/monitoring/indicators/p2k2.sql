/*
number = "15"
name_id = "Kehadiran P2K2 dan cakupan modul"
name_en = "P2K2 attendance and module coverage"
unit = "family, session"
dimensions = ["kabupaten", "month", "band: module"]
needs = ["FAMILIES", "EXITS", "GROUPS", "SESSIONS", "ATTENDANCE"]
disclosure = "mixed"
constraints = ["expected = attended + absent", "had_module/ALL <= had_module of each module"]
sums = [
    "expected = attended + absent",
]
source = "docs/figures.md, indicator 15: attended / expected; families with each module"
version = 2
since = 2026-11-28

[population]
id = "keluarga terdaftar yang kelompoknya mengadakan pertemuan pada bulan itu; untuk modul: semua keluarga terdaftar"
en = "enrolled families whose group met in the month; for modules: all enrolled families"

[numerator]
id = "di antaranya, keluarga yang menghadiri pertemuan P2K2 pada bulan itu; keluarga yang mendapat modul dalam dua belas bulan terakhir"
en = "of these, families that attended a P2K2 session in the month; families that had a module within the last twelve months"

[denominator]
id = "keluarga yang pada akhir bulan terdaftar dan menjadi anggota kelompok yang bertemu pada bulan itu"
en = "families that at the end of the month are enrolled and belong to a group that met in the month"

[follow_up]
id = "bulan kalender untuk kehadiran; dua belas bulan berjalan, termasuk bulan itu, untuk modul"
en = "the calendar month for attendance; twelve months up to and with the month for modules"

[not_counted]
id = "Keluarga tanpa kelompok; kehadiran pada hari ketika keluarga tidak terdaftar."
en = "Families without a group; attendance on days on which the family was not enrolled."

[caveats]
id = "Keluarga yang hadir pada pertemuan kelompok lain dihitung hadir bila kelompoknya sendiri juga bertemu pada bulan itu."
en = "A family that attended with another group counts as present if its own group met in that month too."

[parts."i15.presence"]
id = "keluarga yang kelompoknya bertemu pada bulan itu (expected), dan di antaranya yang hadir (attended)"
en = "families whose group met in the month (expected), and those of them that attended (attended)"
kind = "flow"
measures = ["expected", "attended"]
unit = "family"
programmes = "recipients"

[parts."i15.coverage"]
id = "perubahan bersih jumlah keluarga terdaftar pada akhir bulan yang mendapat suatu modul dalam dua belas bulan terakhir; ALL: keenam modul"
en = "net change of the month-end stock of enrolled families that had a module within the last twelve months; ALL: all six"
kind = "stock"
measure = "had_module"
unit = "family"
programmes = "recipients"
bands = ["HEALTH_NUTRITION", "EDUCATION_PARENTING", "FAMILY_FINANCE", "CHILD_PROTECTION", "SOCIAL_WELFARE", "STUNTING_PREVENTION", "ALL"]

[parts."i15.sessions"]
id = "pertemuan P2K2 yang diadakan"
en = "P2K2 sessions held"
kind = "flow"
measure = "sessions"
unit = "session"
disclosure = "open"
needs = ["SESSIONS"]
*/
with
attended_month as (
    select distinct subject as family, date_trunc('month', held_on) as month
    from session_attended
    where activity = 'P2K2' and unit = 'FAMILY'
),

-- families whose group met, and those of them who attended
expected as (
    select
        group_size.district, group_met.month, group_size.programme, group_size.families,
    from group_met
    inner join group_size
        on group_size.family_group = group_met.family_group
        and group_size.since <= group_met.month
        and group_met.month < group_size.until
),

present as (
    select group_stay.district, met.month, group_stay.programme
    from group_stay
    inner join group_met as met
        on met.family_group = group_stay.family_group
        and group_stay.since <= met.month
        and met.month < group_stay.until
    semi join attended_month
        on attended_month.family = group_stay.family
        and attended_month.month = met.month
),

covered as (
    select
        stay.district,
        stay.programme,
        module_period.module,
        unnest([
            greatest(module_period.since, stay.since),
            least(module_period.until, stay.until)
        ]) as month,
        unnest([1, -1]) as change,
    from module_period
    inner join stay using (family_number)
    where greatest(module_period.since, stay.since)
        < least(module_period.until, stay.until)
),

cells as (
    select
        'i15.presence' as part,
        district,
        month,
        programme,
        'expected' as band,
        families as value,
    from expected
    union all
    select 'i15.presence', district, month, programme, 'attended', 1 from present
    union all
    select 'i15.coverage', district, month, programme, module, change
    from covered
    where month < date '9999-12-01'
    union all
    select 'i15.sessions', district, date_trunc('month', held_on), '', '', 1
    from session
    where activity = 'P2K2'
)

select
    part,
    district as region,
    strftime(month, '%Y-%m') as period,
    programme,
    band,
    sum(value)::bigint as value,
from cells
group by all
