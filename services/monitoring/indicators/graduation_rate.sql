/*
number = "07"
name_id = "Laju graduasi"
name_en = "Graduation rate"
unit = "family"
dimensions = ["kabupaten on the last day", "month", "programme", "band: reason"]
needs = ["FAMILIES", "EXITS"]
disclosure = "people"
constraints = ["left = left_by_reason, added up", "enrolled = 01 enrolled of the kabupaten"]
sums = [
    "left = left_by_reason[*]",
]
source = "docs/figures.md, indicator 7: graduations in a period / family-months in the stock"
version = 1
since = 2026-11-28

[population]
id = "keluarga terdaftar; keluarga yang terdaftar kembali dihitung lagi sejak hari itu"
en = "enrolled families; a family that is enrolled again counts again from that day"

[numerator]
id = "graduasi sejahtera mandiri yang disetujui pada bulan itu"
en = "self-sufficient graduations approved in the month"

[denominator]
id = "bulan-keluarga: jumlah, dari bulan ke bulan, keluarga yang terdaftar pada akhir bulan sebelumnya"
en = "family-months: the sum over months of the families enrolled at the end of the month before"

[follow_up]
id = "bulan kalender"
en = "the calendar month"

[not_counted]
id = "Keluarga yang didaftarkan lagi tanpa pernah keluar."
en = "Families that were enrolled again without having left."

[caveats]
id = "Laju = graduasi (indikator 08) dibagi jumlah bulan-keluarga (indikator 01, enrolled, dari bulan ke bulan). Angka yang sama tidak diterbitkan dua kali; di sini tampak jalan keluar lain, yang bukan keberhasilan."
en = "Rate = graduations (indicator 08) over family-months (indicator 01, enrolled, month after month). No count is published twice; shown here are the other ways out, which are no success."

[parts."i07.left"]
id = "keluarga yang keluar pada tahun itu dengan sebab lain daripada graduasi"
en = "families that left in the year for another reason than graduation"
kind = "year"
measure = "left"
unit = "family"
programmes = "recipients"

[parts."i07.left_by_reason"]
id = "keluarga yang keluar menurut sebab"
en = "families that left, by reason"
kind = "year"
measure = "left_by_reason"
unit = "family"
programmes = "recipients"
bands = ["NATURAL", "DECEASED", "MOVED", "DATA_INVALID", "INELIGIBLE_DECILE", "REVOKED"]

[parts."i07.enrolled"]
id = "perubahan bersih jumlah keluarga terdaftar pada akhir bulan; diterbitkan sebagai 01 enrolled"
en = "net change of the month-end stock of enrolled families; published as 01 enrolled"

[parts."i07.graduated"]
id = "graduasi sejahtera mandiri yang disetujui pada bulan itu; diterbitkan sebagai 08 graduated"
en = "self-sufficient graduations approved in the month; published as 08 graduated"
*/
with
stock as (
    select district, programme, since, until, count(*) as families
    from stay
    group by all
),

change as (
    select
        district,
        programme,
        unnest([since, until]) as month,
        unnest([families, -families]) as families,
    from stock
),

cells as (
    select 'i07.enrolled' as part, district, month, programme, '' as band, families as value
    from change
    where month < date '9999-12-01'
    union all
    select 'i07.graduated', district, date_trunc('month', left_on), programme, '', 1
    from exit
    where reason = 'SELF_SUFFICIENT'
    union all
    select
        unnest(['i07.left', 'i07.left_by_reason']),
        district,
        date_trunc('month', left_on),
        programme,
        unnest(['', reason]),
        1,
    from exit
    where reason <> 'SELF_SUFFICIENT'
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
