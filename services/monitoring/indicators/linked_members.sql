/*
number = "01"
name_id = "Keluarga penerima yang menjadi anggota koperasi"
name_en = "Linked members: enrolled families with a cooperative member"
unit = "family"
dimensions = ["kabupaten or kecamatan", "month", "programme", "band: decile band; desa or kelurahan; facilitator"]
needs = ["FAMILIES", "EXITS", "MEMBERS"]
disclosure = "people"
constraints = [
    "joined + not_joined + unknown = enrolled",
    "sum over kecamatan = kabupaten",
    "with_facilitator + without_facilitator = enrolled",
    "joined of a kabupaten = sum of 28 members_side up to the month",
]
sums = [
    "enrolled = joined + not_joined + unknown",
    "enrolled = enrolled_by_decile[*]",
    "joined = joined_by_decile[*]",
    "enrolled = enrolled_by_area[*]",
    "joined = joined_by_area[*]",
    "enrolled = with_facilitator + without_facilitator",
]
source = "docs/figures.md, indicator 1: distinct families in stock with an active member"
version = 3
since = 2026-11-29

[population]
id = "keluarga yang terdaftar pada akhir bulan"
en = "families enrolled at the end of the month"

[numerator]
id = "di antaranya, keluarga yang seorang anggotanya yang terdaftar menjadi anggota koperasi pada akhir bulan"
en = "of these, families of which a listed person is a member at the end of the month"

[denominator]
id = "di antaranya, keluarga yang seseorang terdaftar dengan identitas"
en = "of these, families of which somebody is registered by identity"

[follow_up]
id = "tidak ada: jumlah pada setiap akhir bulan"
en = "none: a stock at each month end"

[not_counted]
id = "Orang yang menjadi anggota tetapi tidak tercantum dalam keluarga terdaftar; keluarga yang telah keluar, juga bila masih mempunyai anggota koperasi."
en = "Members whom no enrolled family lists; families that have left, also where somebody in them is still a member."

[caveats]
id = "Angka utama adalah program PKH saja; keluarga program lain ditampilkan tersendiri. Keluarga tanpa identitas terdaftar (unknown) bukan keluarga yang tidak bergabung."
en = "The headline is programme PKH alone; families of other programmes are shown apart. A family without registered identities (unknown) is not a family that has not joined."

[parts."i01.flow"]
id = "perubahan bersih jumlah keluarga pada akhir bulan, menurut program pendaftaran yang berlaku: enrolled: semua; unknown: tidak seorang pun terdaftar dengan identitas; joined: seseorang yang terdaftar menjadi anggota; not_joined: selebihnya"
en = "net change of the month-end stock of families, by the programme of the spell they are in: enrolled: all; unknown: nobody is registered by identity; joined: a listed person is a member; not_joined: the others"
kind = "stock"
measures = ["joined", "not_joined", "unknown", "enrolled"]
unit = "family"
programmes = "recipients"
levels = ["kabupaten", "kecamatan"]

[parts."i01.enrolled_by_decile"]
id = "semua keluarga terdaftar menurut desil pada data yang berlaku"
en = "all enrolled families by the decile band of the record in force"
kind = "stock"
measure = "enrolled_by_decile"
unit = "family"
programmes = "recipients"
bands = ["D1_2", "D3_4", "D5", "D6_10"]

[parts."i01.joined_by_decile"]
id = "keluarga yang bergabung menurut desil"
en = "joined families by decile band"
kind = "stock"
measure = "joined_by_decile"
unit = "family"
programmes = "recipients"
bands = ["D1_2", "D3_4", "D5", "D6_10"]

[parts."i01.enrolled_by_area"]
id = "semua keluarga terdaftar di desa (VILLAGE) atau kelurahan (URBAN_WARD)"
en = "all enrolled families in a desa (VILLAGE) or kelurahan (URBAN_WARD)"
kind = "stock"
measure = "enrolled_by_area"
unit = "family"
programmes = "recipients"
bands = ["VILLAGE", "URBAN_WARD"]

[parts."i01.joined_by_area"]
id = "keluarga yang bergabung di desa atau kelurahan"
en = "joined families in a desa or kelurahan"
kind = "stock"
measure = "joined_by_area"
unit = "family"
programmes = "recipients"
bands = ["VILLAGE", "URBAN_WARD"]

[parts."i01.facilitated"]
id = "semua keluarga terdaftar menurut pendamping pada akhir bulan: with_facilitator: pernah ditugaskan seorang pendamping; without_facilitator: belum pernah"
en = "all enrolled families by facilitator at the end of the month: with_facilitator: one has been assigned; without_facilitator: none ever was"
kind = "stock"
measures = ["with_facilitator", "without_facilitator"]
unit = "family"
programmes = "recipients"
needs = ["FAMILIES", "EXITS", "FACILITATORS"]
*/
with
place as (
    select
        programme,
        subdistrict,
        area,
        decile_band,
        if(listed, 'not_joined', 'unknown') as band,
        since,
        until,
        count(*) as families,
    from stay
    group by all
),

period as (
    select
        programme,
        subdistrict,
        area,
        decile_band,
        unnest(['enrolled', band]) as band,
        since,
        until,
        families,
    from place
    union all
    select
        programme,
        subdistrict,
        area,
        decile_band,
        unnest(['joined', 'not_joined']),
        since,
        until,
        unnest([1, -1]),
    from joined
),

-- an assignment ends only when another facilitator takes the family over
assigned as (
    select subject as family, date_trunc('month', min(assigned_on)) as month
    from facilitator_assigned
    group by subject
),

attended as (
    select
        stay.programme,
        stay.district,
        stay.since,
        stay.until,
        least(greatest(coalesce(assigned.month, stay.until), stay.since), stay.until)
            as assigned,
        count(*) as families,
    from stay
    left join assigned using (family)
    group by all
),

facilitated as (
    select
        programme,
        district,
        unnest([since, assigned, assigned, until]) as month,
        unnest([
            'without_facilitator', 'without_facilitator',
            'with_facilitator', 'with_facilitator'
        ]) as band,
        unnest([families, -families, families, -families]) as change,
    from attended
),

step as (
    select
        * exclude (since, until, families),
        unnest([since, until]) as month,
        unnest([families, -families]) as change,
    from period
),

change as (
    select programme, subdistrict, month, band, area, decile_band, sum(change) as change
    from step
    where month < date '9999-12-01'
    group by all
),

cells as (
    select
        'i01.flow' as part,
        unnest([subdistrict, left(subdistrict, 5)]) as region,
        month,
        programme,
        band,
        change as value,
    from change
    union all
    select
        unnest([concat('i01.', band, '_by_decile'), concat('i01.', band, '_by_area')]),
        left(subdistrict, 5),
        month,
        programme,
        unnest([decile_band, area]),
        change,
    from change
    where band in ('enrolled', 'joined')
    union all
    select 'i01.facilitated', district, month, programme, band, change
    from facilitated
    where month < date '9999-12-01'
)

select
    part,
    region,
    strftime(month, '%Y-%m') as period,
    programme,
    band,
    sum(value)::bigint as value,
from cells
group by all
