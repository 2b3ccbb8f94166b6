/*
number = "29"
name_id = "Keanggotaan koperasi dan targetnya"
name_en = "Memberships of cooperatives and their targets"
unit = "membership"
dimensions = ["kabupaten or kecamatan of the cooperative", "month", "programme of the member's family"]
needs = ["FAMILIES", "EXITS", "COOPERATIVES", "MEMBERS"]
disclosure = "people"
constraints = ["sum over kecamatan = kabupaten", "sum over cooperatives = kecamatan"]
source = "docs/figures.md, indicator 29: members per cooperative, kecamatan and kabupaten, beside targets"
version = 1
since = 2026-11-28

[population]
id = "keanggotaan di koperasi yang terdaftar; orang yang menjadi anggota dua koperasi dihitung dua kali"
en = "memberships of registered cooperatives; a person who is a member of two counts twice"

[numerator]
id = "keanggotaan yang berlaku pada akhir bulan, menurut program keluarga orang itu pada akhir bulan (NONE: bukan orang dari keluarga penerima)"
en = "memberships in force at the end of the month, by the programme of the person's family then (NONE: of no recipient family)"

[denominator]
id = "target anggota koperasi pada akhir tahun"
en = "the cooperatives' targets of members at the end of the year"

[follow_up]
id = "tidak ada: jumlah pada setiap akhir bulan"
en = "none: a stock at each month end"

[not_counted]
id = "Keanggotaan koperasi yang tidak terdaftar; calon anggota."
en = "Memberships of cooperatives that are not registered; candidates."

[caveats]
id = "Satuannya keanggotaan, bukan keluarga: keluarga dengan dua anggota dihitung dua kali di sini dan satu kali pada indikator 01."
en = "The unit is the membership, not the family: a family with two members counts twice here and once in indicator 01."

[parts."i29.members"]
id = "perubahan bersih jumlah keanggotaan pada akhir bulan menurut wilayah koperasi dan program"
en = "net change of the month-end stock of memberships by the cooperative's area and programme"
kind = "stock"
measure = "members"
unit = "membership"
programmes = "persons"
levels = ["kabupaten", "kecamatan"]

[parts."i29.target"]
id = "jumlah target koperasi pada akhir tahun itu, versi tertinggi"
en = "sum of the cooperatives' targets at the end of the year, highest version"
kind = "year"
measure = "members_target"
unit = "target"
disclosure = "open"
levels = ["kabupaten", "kecamatan"]
needs = ["COOPERATIVES"]

[parts."i29.by_cooperative"]
id = "sama menurut koperasi; hanya untuk kantor pemilik data"
en = "the same by cooperative; for the owning office alone"

[parts."i29.target_by_cooperative"]
id = "target koperasi pada akhir tahun itu; hanya untuk kantor pemilik data"
en = "the cooperative's target at the end of the year; for the owning office alone"
*/
with
place as (
    select subject as cooperative, left(region, 8) as subdistrict
    from cooperative_registered
    qualify row_number() over (
        partition by subject order by registered_on, event, sequence
    ) = 1
),

held as (
    select
        place.cooperative,
        place.subdistrict,
        'NONE' as programme,
        member.since,
        member.until,
        1 as memberships,
    from member
    inner join place using (cooperative)
    union all
    select
        place.cooperative,
        place.subdistrict,
        unnest([recipient.programme, 'NONE']),
        greatest(member.since, recipient.since),
        least(member.until, recipient.until),
        unnest([1, -1]),
    from member
    inner join place using (cooperative)
    inner join recipient
        on recipient.person = member.person
        and greatest(member.since, recipient.since)
            < least(member.until, recipient.until)
),

step as (
    select
        cooperative,
        subdistrict,
        programme,
        date_trunc('month', unnest([since, until])) as month,
        unnest([memberships, -memberships]) as change,
    from held
),

target as (
    select
        place.cooperative,
        place.subdistrict,
        target_set.year,
        target_set.target,
    from cooperative_target_set as target_set
    inner join place on place.cooperative = target_set.cooperative::varchar
    qualify row_number() over (
        partition by place.cooperative, target_set.year
        order by target_set.version desc, target_set.event desc, target_set.sequence desc
    ) = 1
),

cells as (
    select
        'i29.members' as part,
        unnest([subdistrict, left(subdistrict, 5)]) as region,
        strftime(month, '%Y-%m') as period,
        programme,
        '' as band,
        change as value,
    from step
    where month < date '9999-12-01'
    union all
    select
        'i29.by_cooperative',
        subdistrict,
        strftime(month, '%Y-%m'),
        programme,
        cooperative,
        change,
    from step
    where month < date '9999-12-01'
    union all
    select
        'i29.target',
        unnest([subdistrict, left(subdistrict, 5)]),
        printf('%04d', year),
        '',
        '',
        target,
    from target
    union all
    select
        'i29.target_by_cooperative', subdistrict, printf('%04d', year), '', cooperative, target,
    from target
)

select
    part,
    region,
    period,
    programme,
    band,
    sum(value)::bigint as value,
from cells
group by all
