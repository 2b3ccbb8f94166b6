/*
number = "08"
name_id = "Capaian target graduasi pendamping"
name_en = "Target attainment of facilitators"
unit = "family, facilitator"
dimensions = ["kabupaten", "year", "programme of the graduation", "band: attainment of a facilitator"]
needs = ["FAMILIES", "EXITS", "FACILITATORS"]
disclosure = "mixed"
constraints = [
    "graduated = graduated_with_target + graduated_without_target + graduated_without_facilitator",
    "facilitators = by_attainment, added up",
]
sums = [
    "graduated = graduated_with_target + graduated_without_target + graduated_without_facilitator",
    "facilitators = by_attainment[*]",
]
source = "docs/figures.md, indicator 8: attributed graduations / target, uncapped"
version = 4
since = 2026-11-29

[population]
id = "graduasi: keluarga dengan graduasi sejahtera mandiri yang disetujui; capaian: pendamping yang mempunyai target untuk bulan tugasnya pada tahun itu"
en = "graduations: families with an approved self-sufficient graduation; attainment: facilitators who have a target for their months of service in the year"

[numerator]
id = "graduasi oleh pendamping yang bertugas pada hari persetujuan, di kabupaten dan program mana pun"
en = "graduations by the facilitator assigned on the day of approval, in any kabupaten and programme"

[denominator]
id = "target pendamping untuk bulan tugasnya pada tahun itu"
en = "the facilitator's target for the months of service in the year"

[follow_up]
id = "tahun kalender target, sampai bulan terakhir rilis"
en = "the calendar year of the target, up to the last month of the release"

[not_counted]
id = "Kematian, pindah dan jalan keluar lain; graduasi keluarga yang tidak terdaftar pada hari itu; pada sebaran capaian: pendamping tanpa target atau tanpa bulan tugas."
en = "Deaths, moves and other ways out; a graduation of a family that was not enrolled on that day; in the distribution: facilitators without a target or without a month of service."

[caveats]
id = "Semua graduasi kabupaten dihitung, dengan atau tanpa pendamping, dengan atau tanpa target. Capaian tidak dibatasi pada 100%. Tahun berjalan dibandingkan dengan target setahun penuh bulan tugas. Keluarga terdaftar tanpa pendamping ditampilkan pada 01 (without_facilitator); graduasinya tanpa pendamping di sini."
en = "All graduations of a kabupaten count, with or without a facilitator, with or without a target. Attainment is not capped at 100%. A year that has not ended is compared with the target for all months of service in it. Enrolled families without a facilitator are published in 01 (without_facilitator), their graduations without one here."

[parts."i08.families"]
id = "keluarga dengan graduasi sejahtera mandiri yang disetujui pada tahun itu, di kabupaten dan program pada hari itu"
en = "families whose self-sufficient graduation was approved in the year, in the kabupaten and programme of that day"
kind = "year"
measure = "graduated"
unit = "family"
programmes = "recipients"
made_by = "i08.by_facilitator"

[parts."i08.attribution"]
id = "graduasi yang sama menurut pendamping pada hari persetujuan: with_target: mempunyai target tahun itu; without_target: tidak; selebihnya tanpa pendamping"
en = "the same graduations by the facilitator on the day of approval: with_target: who has a target of that year; without_target: who has none; the rest had no facilitator"
kind = "year"
measures = ["graduated_with_target", "graduated_without_target"]
unit = "family"
programmes = "recipients"

[parts."i08.attainment"]
id = "perubahan bersih jumlah pendamping menurut capaian sejak awal tahun: p000: belum ada graduasi; p001-049: kurang dari setengah target; p050-099: setengah ke atas; p100-149: tercapai; p150+: satu setengah kali target ke atas"
en = "net change of the facilitators by attainment since the year began: p000: no graduation yet; p001-049: less than half of the target; p050-099: half and more; p100-149: attained; p150+: one and a half times the target and more"
kind = "year"
measure = "by_attainment"
unit = "facilitator"
bands = ["p000", "p001-049", "p050-099", "p100-149", "p150+"]

[parts."i08.by_facilitator"]
id = "graduasi menurut pendamping yang bertugas pada hari persetujuan (kelas: nomor pendamping) dan bulan"
en = "graduations by the facilitator assigned on the day of approval (band: the facilitator's id) and month"

[parts."i08.target"]
id = "target tahun itu, versi tertinggi, menurut kabupaten dan pendamping"
en = "target of the year, highest version, by kabupaten and facilitator"

[parts."i08.part_target"]
id = "target yang berlaku untuk bulan-bulan tugas: dari penugasan pertama sampai keluarga terakhir diambil alih; setengah keluarga atau lebih dibulatkan ke atas; tanpa penugasan: seluruh target"
en = "the target for the months of service: from the first assignment to the take-over of the last family; half a family and more is a whole one; without assignment: the whole target"
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
    from graduated
    left join facilitator_assigned as assigned
        on assigned.subject = graduated.family
        and assigned.assigned_on <= graduated.left_on
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

part_target as (
    select
        facilitator,
        year,
        district,
        -- half a family and more is a whole one
        (target * months + 6) // 12 as target,
    from months_served
),

-- what each facilitator had done by the end of each month with a graduation
done_in as (
    select facilitator, year, district, target, make_date(year, 1, 1) as month, 0 as families
    from part_target
    where target > 0
    union all
    select
        part_target.*,
        date_trunc('month', attributed.left_on),
        count(*),
    from part_target
    inner join attributed
        on attributed.facilitator::varchar = part_target.facilitator
        and year(attributed.left_on) = part_target.year
    where part_target.target > 0
    group by all
),

done_by as (
    select
        facilitator,
        year,
        district,
        target,
        month,
        sum(sum(families)) over (partition by facilitator, year order by month) as done,
    from done_in
    group by facilitator, year, district, target, month
),

attained as (
    select
        facilitator,
        year,
        district,
        month,
        case
            when done = 0 then 'p000'
            when 2 * done < target then 'p001-049'
            when done < target then 'p050-099'
            when 2 * done < 3 * target then 'p100-149'
            else 'p150+'
        end as band,
    from done_by
),

moved as (
    select
        district,
        month,
        unnest([
            band,
            lag(band) over (partition by facilitator, year order by month)
        ]) as band,
        unnest([1, -1]) as change,
    from attained
),

cells as (
    select
        'i08.by_facilitator' as part,
        district as region,
        strftime(left_on, '%Y-%m') as period,
        programme,
        facilitator::varchar as band,
        1 as value,
    from attributed
    where facilitator is not null
    union all
    select
        'i08.attribution',
        attributed.district,
        strftime(attributed.left_on, '%Y-%m'),
        attributed.programme,
        if(
            target.target > 0, 'graduated_with_target', 'graduated_without_target'
        ),
        1,
    from attributed
    left join target
        on target.facilitator = attributed.facilitator::varchar
        and target.year = year(attributed.left_on)
    where attributed.facilitator is not null
    union all
    select 'i08.attainment', district, strftime(month, '%Y-%m'), '', band, change
    from moved
    where band is not null
    union all
    select 'i08.families', district, strftime(left_on, '%Y-%m'), programme, '', 1
    from graduated
    union all
    select 'i08.target', district, printf('%04d', year), '', facilitator, target
    from target
    union all
    select 'i08.part_target', district, printf('%04d', year), '', facilitator, target
    from part_target
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
