/*
number = "09"
name_id = "Kelayakan target graduasi"
name_en = "Feasibility of graduation targets"
unit = "family"
dimensions = ["kabupaten", "year"]
needs = ["FAMILIES", "EXITS", "FACILITATORS"]
disclosure = "people"
constraints = ["enrolled_at_start = 07 enrolled at the end of December of the year before"]
source = "docs/figures.md, indicator 9: sum of targets / stock at the start of the year"
version = 2
since = 2026-11-29

[population]
id = "keluarga yang terdaftar pada akhir Desember tahun sebelumnya"
en = "families enrolled at the end of December of the year before"

[numerator]
id = "jumlah target graduasi tahun itu"
en = "the sum of the year's graduation targets"

[denominator]
id = "keluarga yang terdaftar pada akhir Desember tahun sebelumnya, di kabupaten yang mempunyai target"
en = "families enrolled at the end of December of the year before, in a kabupaten that has a target"

[follow_up]
id = "tidak ada: keadaan pada awal tahun"
en = "none: the state at the start of the year"

[not_counted]
id = "Target pendamping yang telah diganti oleh versi yang lebih tinggi."
en = "Targets that a higher version has replaced."

[caveats]
id = "Kelayakan = target dibagi keluarga terdaftar pada akhir Desember sebelumnya (indikator 01, enrolled). Tempat dan tahun yang tidak mempunyai target berstatus not_applicable, bukan 0."
en = "Feasibility = target over the families enrolled at the end of December before (indicator 01, enrolled). A place and year without a target is not_applicable, never 0."

[parts."i09.facilitators_target"]
id = "jumlah target semua pendamping kabupaten itu untuk tahun itu, versi tertinggi"
en = "sum of the targets of all facilitators of the kabupaten for the year, highest version"
kind = "year"
measure = "facilitators_target"
unit = "target"
disclosure = "open"
needs = ["FACILITATORS"]
applies_where = "facilitators_target"

[parts."i09.programme_target"]
id = "target program untuk kabupaten dan tahun itu, versi tertinggi: JOINED (bergabung) atau GRADUATED (graduasi)"
en = "the programme's target for the kabupaten and year, highest version: JOINED or GRADUATED"
kind = "year"
measure = "programme_target"
unit = "target"
disclosure = "open"
programmes = "recipients"
needs = ["FACILITATORS"]
applies_where = "programme_target"

[parts."i09.enrolled_at_start"]
id = "keluarga yang terdaftar pada akhir Desember tahun sebelumnya; diterbitkan sebagai 01 enrolled"
en = "families enrolled at the end of December of the year before; published as 01 enrolled"
*/
with
facilitator_target as (
    select district, year, target
    from facilitator_target_set
    qualify row_number() over (
        partition by subject, year order by version desc, event desc, sequence desc
    ) = 1
),

programme_target as (
    select district, year, programme, measure, value
    from programme_target_set
    qualify row_number() over (
        partition by district, year, programme, measure
        order by version desc, event desc, sequence desc
    ) = 1
),

asked as (
    select district, year from facilitator_target
    union
    select district, year from programme_target
),

stock as (
    select district, programme, since, until, count(*) as families
    from stay
    group by all
),

cells as (
    select
        'i09.facilitators_target' as part, district, year, '' as programme, '' as band, target as value,
    from facilitator_target
    union all
    select 'i09.programme_target', district, year, programme, measure, value
    from programme_target
    union all
    select
        'i09.enrolled_at_start', asked.district, asked.year, stock.programme, '', stock.families,
    from asked
    inner join stock
        on stock.district = asked.district
        and stock.since <= make_date(asked.year - 1, 12, 1)
        and make_date(asked.year - 1, 12, 1) < stock.until
)

select
    part,
    district as region,
    printf('%04d', year) as period,
    programme,
    band,
    sum(value)::bigint as value,
from cells
group by all
