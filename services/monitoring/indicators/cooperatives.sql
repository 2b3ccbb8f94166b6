/*
number = "21"
name_id = "Koperasi terdaftar dan beroperasi"
name_en = "Cooperatives registered and operating"
unit = "cooperative"
dimensions = ["kabupaten", "month"]
needs = ["cooperatives"]
disclosure = "open"
constraints = ["operating <= registered"]
source = "domain.md section 6, indicator 21: operating / registered"
version = 1
since = 2026-11-28

[population]
id = "koperasi yang terdaftar"
en = "registered cooperatives"

[numerator]
id = "di antaranya, yang berstatus OPERATING pada akhir bulan"
en = "of these, those whose status is OPERATING at the end of the month"

[denominator]
id = "yang tidak ditutup pada akhir bulan"
en = "those that are not closed at the end of the month"

[follow_up]
id = "tidak ada: jumlah pada setiap akhir bulan"
en = "none: a stock at each month end"

[parts."i21.registered"]
id = "perubahan bersih pada akhir bulan dari koperasi yang terdaftar dan tidak ditutup"
en = "net month-end change of cooperatives registered and not closed"

[parts."i21.operating"]
id = "perubahan bersih pada akhir bulan dari koperasi terdaftar yang berstatus OPERATING"
en = "net month-end change of registered cooperatives that are OPERATING"
*/
with
stock as (
    select 'i21.registered' as part, district, since, until
    from cooperative_status
    where status <> 'CLOSED'
    union all
    select 'i21.operating', district, since, until
    from cooperative_status
    where status = 'OPERATING'
),

step as (
    select
        part,
        district,
        unnest([since, until]) as month,
        unnest([1, -1]) as change,
    from stock
)

select
    part,
    district as region,
    strftime(month, '%Y-%m') as period,
    '' as band,
    sum(change)::bigint as value,
from step
where month < date '9999-12-01'
group by part, region, period
