/*
number = "28"
name_id = "Selisih hitungan kedua kementerian"
name_en = "Difference between the two ministries' counts"
unit = "family"
dimensions = ["kabupaten", "month"]
needs = ["families", "exits", "graduations", "memberships"]
disclosure = "open"
constraints = ["members_side = 01 joined of the kabupaten, at every month end"]
source = "domain.md section 6, indicator 28: |social affairs' count - cooperatives' count|"
version = 1
since = 2026-11-28

[population]
id = "keluarga terdaftar yang mencantumkan anggota"
en = "enrolled families that list a member"

[numerator]
id = "selisih kedua hitungan pada akhir bulan"
en = "the difference between both counts at the end of the month"

[denominator]
id = "tidak ada"
en = "none"

[follow_up]
id = "tidak ada: jumlah pada setiap akhir bulan"
en = "none: a stock at each month end"

[parts."i28.members_side"]
id = "perubahan bersih jumlah keluarga pada akhir bulan yang mencantumkan anggota, dihitung dari keanggotaan: berapa keanggotaan yang berlaku di setiap keluarga"
en = "net change of the month-end stock of families that list a member, counted from the memberships: how many are active in each family"
*/
with
active as (
    select
        link.family_number,
        left(link.subdistrict, 5) as district,
        date_trunc('month', greatest(link.since, member.since)) as since,
        date_trunc('month', least(link.until, member.until)) as until,
    from member
    inner join link using (person)
),

step as (
    select
        family_number,
        district,
        unnest([since, until]) as month,
        unnest([1, -1]) as change,
    from active
    where since < until
),

at_month_end as (
    select family_number, district, month, sum(change) as change
    from step
    group by family_number, district, month
),

counted as (
    select
        *,
        sum(change) over (
            partition by family_number, district order by month
        ) as memberships,
    from at_month_end
)

select
    'i28.members_side' as part,
    district as region,
    strftime(month, '%Y-%m') as period,
    '' as band,
    sum((memberships > 0)::int - (memberships - change > 0)::int)::bigint as value,
from counted
where month < date '9999-12-01'
group by region, period
