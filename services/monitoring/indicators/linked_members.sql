/*
number = "01"
name_id = "Keluarga penerima yang menjadi anggota koperasi"
name_en = "Linked members: enrolled families with a cooperative member"
unit = "family"
dimensions = ["kabupaten or kecamatan", "month", "band: joined, not_joined, unknown, enrolled"]
needs = ["families", "exits", "graduations", "memberships"]
disclosure = "people"
constraints = [
    "joined + not_joined + unknown = enrolled",
    "sum over kecamatan = kabupaten",
    "joined of a kabupaten = sum of 28 members_side up to the month",
]
source = "domain.md section 6, indicator 1: distinct families in stock with an active member"
version = 1
since = 2026-11-28

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

[parts."i01.flow"]
id = "perubahan bersih jumlah keluarga pada akhir bulan; kelas joined, not_joined, unknown, enrolled; unknown: tidak seorang pun terdaftar dengan identitas pada data yang berlaku; joined: seseorang yang terdaftar menjadi anggota pada akhir bulan"
en = "net change of the month-end stock of families; bands joined, not_joined, unknown, enrolled; unknown: nobody is registered by identity in the version in force; joined: a listed person has an active membership at month end"

[parts."i01.moves"]
id = "keluarga yang masuk ditambah keluarga yang keluar dari jumlah yang sama selama bulan itu"
en = "families that entered plus families that left the same stock in the month"
*/
with
-- the moves of a family with several spells may cancel out within a month: it is
-- added up alone; all the others are counted together, with no family_number
place as (
    select
        if(
            version_count > 1 or family_number in (select family_number from joined),
            family_number,
            null
        ) as family_number,
        subdistrict,
        if(listed, 'not_joined', 'unknown') as band,
        since,
        until,
        count(*) as families,
    from stay
    group by all
),

spell as (
    select
        family_number,
        subdistrict,
        unnest(['enrolled', band]) as band,
        since,
        until,
        families,
    from place
    union all
    select
        family_number,
        subdistrict,
        unnest(['joined', 'not_joined']),
        since,
        until,
        unnest([1, -1]),
    from joined
),

step as (
    select
        family_number,
        subdistrict,
        band,
        unnest([since, until]) as month,
        unnest([families, -families]) as change,
    from spell
),

added as (
    select
        family_number,
        unnest([subdistrict, left(subdistrict, 5)]) as region,
        month,
        band,
        change,
    from step
    where month < date '9999-12-01'
),

net as (
    select
        region,
        month,
        band,
        sum(change) as flow,
        if(family_number is null, sum(abs(change)), abs(sum(change))) as moves,
    from added
    group by family_number, region, month, band
),

cells as (
    select region, month, band, sum(flow) as flow, sum(moves) as moves
    from net
    group by region, month, band
)

select
    unnest(['i01.flow', 'i01.moves']) as part,
    region,
    strftime(month, '%Y-%m') as period,
    band,
    unnest([flow, moves])::bigint as value,
from cells
