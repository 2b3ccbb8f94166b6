/*
number = "08"
name_id = "Capaian target graduasi pendamping"
name_en = "Target attainment of facilitators"
unit = "family, facilitator"
dimensions = ["facilitator", "month of the graduation, year of the target"]
needs = ["families", "graduations", "facilitators", "targets"]
disclosure = "mixed"
constraints = ["graduated of a kabupaten and year = sum over its facilitators with a target"]
source = "domain.md section 6, indicator 8: attributed graduations / target, uncapped"
version = 1
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

[parts."i08.graduated"]
id = "keluarga dengan graduasi sejahtera mandiri yang disetujui, menurut pendamping pada hari itu (wilayah: nomor pendamping) dan bulan; orang"
en = "families with an approved self-sufficient graduation, by the facilitator assigned on that day (region: the facilitator's id) and month; people"

[parts."i08.target"]
id = "target tahun itu, versi tertinggi, menurut kabupaten dan pendamping; terbuka"
en = "target of the year, highest version, by kabupaten and facilitator; open"
*/
with
graduated as (
    select family, graduated_on from departure where graduated_on is not null
),

attributed as (
    select
        family,
        graduated.graduated_on,
        max_by(
            assigned.facilitator, (assigned.assigned_on, assigned.facilitator)
        ) as facilitator,
    from facilitator_assigned as assigned
    inner join graduated on graduated.family = assigned.subject
    where assigned.assigned_on <= graduated.graduated_on
    group by family, graduated_on
),

target as (
    select subject as facilitator, year, district, target
    from facilitator_target_set
    qualify row_number() over (
        partition by facilitator, year
        order by version desc, event desc, sequence desc
    ) = 1
)

select
    'i08.graduated' as part,
    facilitator::varchar as region,
    strftime(graduated_on, '%Y-%m') as period,
    '' as band,
    count(*) as value,
from attributed
group by region, period
union all
select
    'i08.target', district, printf('%04d', year), facilitator, target,
from target
