/*
number = "05"
name_id = "Cakupan keluarga yang memenuhi syarat"
name_en = "Coverage of eligible families"
unit = "family"
dimensions = ["kabupaten", "month", "programme", "band: decile band"]
needs = ["FAMILIES", "EXITS", "REFERRALS", "MEMBERS"]
disclosure = "people"
constraints = [
    "eligible = joined + not_joined",
    "eligible = eligible_by_decile, added up",
    "joined = joined_by_decile, added up",
]
sums = [
    "eligible = joined + not_joined",
    "eligible = eligible_by_decile[*]",
    "joined = joined_by_decile[*]",
]
source = "docs/figures.md, indicator 5: eligible families with a member / eligible families"
version = 1
since = 2026-11-28

[population]
id = "keluarga terdaftar yang memenuhi syarat menurut penilaian terakhir"
en = "enrolled families that the latest assessment found eligible"

[numerator]
id = "di antaranya, keluarga yang seorang anggotanya yang terdaftar menjadi anggota koperasi pada akhir bulan"
en = "of these, families of which a listed person is a member at the end of the month"

[denominator]
id = "semua keluarga tersebut pada akhir bulan"
en = "all of these at the end of the month"

[follow_up]
id = "tidak ada: jumlah pada setiap akhir bulan"
en = "none: a stock at each month end"

[not_counted]
id = "Keluarga yang belum pernah dinilai; keluarga yang telah keluar dari program."
en = "Families that were never assessed; families that have left the programme."

[caveats]
id = "Memenuhi syarat berarti usia produktif dan embrio usaha menurut penilaian terakhir kantor, bukan kemiskinan."
en = "Eligible means productive age and an embryo business by the office's latest assessment, not poverty."

[parts."i05.coverage"]
id = "perubahan bersih pada akhir bulan: eligible: memenuhi syarat; joined: di antaranya, yang bergabung"
en = "net change at month end: eligible; joined: of these, families with a member"
kind = "stock"
measures = ["eligible", "joined"]
unit = "family"
programmes = "recipients"

[parts."i05.eligible_by_decile"]
id = "yang memenuhi syarat menurut desil pada data keluarga yang berlaku"
en = "eligible families by the decile band of the record in force"
kind = "stock"
measure = "eligible_by_decile"
unit = "family"
programmes = "recipients"
bands = ["D1_2", "D3_4", "D5", "D6_10"]

[parts."i05.joined_by_decile"]
id = "di antaranya, yang bergabung, menurut desil"
en = "of these, families with a member, by decile band"
kind = "stock"
measure = "joined_by_decile"
unit = "family"
programmes = "recipients"
bands = ["D1_2", "D3_4", "D5", "D6_10"]
*/
with
eligible as (
    select programme, district, decile_band, since, until, count(*) as families
    from eligible_stay
    group by all
),

covered as (
    select
        eligible_stay.programme,
        eligible_stay.district,
        eligible_stay.decile_band,
        greatest(eligible_stay.since, joined.since) as since,
        least(eligible_stay.until, joined.until) as until,
    from eligible_stay
    inner join joined using (family_number)
    where greatest(eligible_stay.since, joined.since)
        < least(eligible_stay.until, joined.until)
),

stock as (
    select *, 'eligible' as measure from eligible
    union all
    select programme, district, decile_band, since, until, 1, 'joined' from covered
),

step as (
    select
        programme,
        district,
        decile_band,
        measure,
        unnest([since, until]) as month,
        unnest([families, -families]) as change,
    from stock
),

cells as (
    select
        programme,
        district,
        month,
        unnest(['i05.coverage', concat('i05.', measure, '_by_decile')]) as part,
        unnest([measure, decile_band]) as band,
        change,
    from step
    where month < date '9999-12-01'
)

select
    part,
    district as region,
    strftime(month, '%Y-%m') as period,
    programme,
    band,
    sum(change)::bigint as value,
from cells
group by all
