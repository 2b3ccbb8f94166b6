/*
number = "08"
name_id = "Capaian target graduasi pendamping"
name_en = "Target attainment of facilitators"
unit = "family, facilitator"
dimensions = ["facilitator", "month of the graduation, year of the target"]
needs = ["FAMILIES", "EXITS", "FACILITATORS"]
disclosure = "mixed"
constraints = ["graduated of a kabupaten and year = sum over its facilitators with a target"]
source = "docs/figures.md, indicator 8: attributed graduations / target, uncapped"
version = 2
since = 2026-11-28

[population]
id = "keluarga dengan graduasi sejahtera mandiri yang disetujui dan pendamping pada hari itu"
en = "families with an approved self-sufficient graduation and a facilitator on that day"

[numerator]
id = "graduasi oleh pendamping yang bertugas pada hari persetujuan"
en = "graduations by the facilitator assigned on the day of approval"

[denominator]
id = "target pendamping untuk tahun itu"
en = "the facilitator's target of the year"

[follow_up]
id = "tahun kalender target"
en = "the calendar year of the target"

[not_counted]
id = "Kematian, pindah dan jalan keluar lain; graduasi keluarga yang tidak terdaftar pada hari itu."
en = "Deaths, moves and other ways out; a graduation of a family that was not enrolled on that day."

[caveats]
id = "Semua graduasi kabupaten dihitung, dengan atau tanpa pendamping, dengan atau tanpa target. Capaian tidak dibatasi pada 100%."
en = "All graduations of a kabupaten count, with or without a facilitator, with or without a target. Attainment is not capped at 100%."

[parts."i08.families"]
id = "keluarga dengan graduasi sejahtera mandiri yang disetujui pada tahun itu, di kabupaten dan program pada hari itu"
en = "families whose self-sufficient graduation was approved in the year, in the kabupaten and programme of that day"
kind = "year"
measure = "graduated"
unit = "family"
programmes = "recipients"
made_by = "i08.by_facilitator"

[parts."i08.by_facilitator"]
id = "graduasi menurut pendamping yang bertugas pada hari persetujuan (kelas: nomor pendamping) dan bulan"
en = "graduations by the facilitator assigned on the day of approval (band: the facilitator's id) and month"

[parts."i08.target"]
id = "target tahun itu, versi tertinggi, menurut kabupaten dan pendamping"
en = "target of the year, highest version, by kabupaten and facilitator"

[parts."i08.part_target"]
id = "target yang berlaku untuk bulan-bulan tugas: dari penugasan pertama sampai keluarga terakhir diambil alih; setengah keluarga atau lebih dibulatkan ke atas; tanpa penugasan: seluruh target"
en = "the target for the months of service: from the first assignment to the take-over of the last family; half a family and more is a whole one; without assignment: the whole target"

[parts."i08.graduated"]
id = "untuk rilis dengan bentuk lama; graduasi menurut pendamping (wilayah: nomor pendamping) dan bulan"
en = "for releases of the former shape; graduations by facilitator (region: the facilitator's id) and month"
*/
with
graduated as (select * from exit where reason = 'SELF_SUFFICIENT'),

attributed as (
    select
        graduated.family,
        graduated.district,
        graduated.programme,
        graduated.left_on,
        max_by(
            assigned.facilitator, (assigned.assigned_on, assigned.facilitator)
        ) as facilitator,
    from facilitator_assigned as assigned
    inner join graduated on graduated.family = assigned.subject
    where assigned.assigned_on <= graduated.left_on
    group by all
),

-- an assignment ends when another facilitator takes the family over
assignment as (
    select
        facilitator,
        assigned_on,
        lead(assigned_on - 1, 1, date '9999-12-31') over (
            partition by subject order by assigned_on, facilitator, sequence
        ) as last_day,
    from facilitator_assigned
),

service as (
    select facilitator, min(assigned_on) as since, max(last_day) as last_day
    from assignment
    where assigned_on <= last_day
    group by facilitator
),

target as (
    select subject as facilitator, year, district, target
    from facilitator_target_set
    qualify row_number() over (
        partition by facilitator, year
        order by version desc, event desc, sequence desc
    ) = 1
),

months_served as (
    select
        target.*,
        case
            when service.since is null then 12
            when year(service.since) > target.year or year(service.last_day) < target.year
                then 0
            else
                if(year(service.last_day) > target.year, 12, month(service.last_day))
                - if(year(service.since) < target.year, 1, month(service.since))
                + 1
        end as months,
    from target
    left join service on service.facilitator::varchar = target.facilitator
),

cells as (
    select
        'i08.graduated' as part,
        facilitator::varchar as region,
        strftime(left_on, '%Y-%m') as period,
        programme,
        '' as band,
        1 as value,
    from attributed
    union all
    select
        'i08.by_facilitator',
        district,
        strftime(left_on, '%Y-%m'),
        programme,
        facilitator::varchar,
        1,
    from attributed
    union all
    select 'i08.families', district, strftime(left_on, '%Y-%m'), programme, '', 1
    from graduated
    union all
    select 'i08.target', district, printf('%04d', year), '', facilitator, target
    from target
    union all
    select
        'i08.part_target',
        district,
        printf('%04d', year),
        '',
        facilitator,
        -- half a family and more is a whole one
        (target * months + 6) // 12,
    from months_served
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
