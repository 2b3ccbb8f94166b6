/*
number = "03"
name_id = "Corong rujukan menuju keanggotaan"
name_en = "Funnel from referral to membership"
unit = "person"
dimensions = ["kabupaten of the referral", "month of the referral", "band: month of the step"]
needs = ["referrals", "memberships"]
disclosure = "people"
constraints = ["referred >= applied >= approved >= activated in each cohort"]
source = "domain.md section 6, indicator 3: funnel step rates, issued to active"
version = 1
since = 2026-11-28

[population]
id = "orang yang dirujuk, menurut bulan dan kabupaten rujukan pertamanya"
en = "persons who were referred, by the month and kabupaten of their first referral"

[numerator]
id = "di antaranya, yang mengambil suatu langkah"
en = "of these, those who took a step"

[denominator]
id = "orang yang dirujuk pada bulan rujukan itu"
en = "the referred persons of the cohort"

[follow_up]
id = "sejak rujukan pertama, tanpa batas akhir"
en = "from the first referral on, without an end"

[parts."i03.referred"]
id = "orang menurut bulan rujukan pertama (hari, lalu nomor rujukan)"
en = "persons by month of their first referral (day, then referral id)"

[parts."i03.applied"]
id = "di antaranya, yang mendaftar pada atau setelah hari rujukan; pendaftaran paling awal (hari, lalu nomor keanggotaan) yang diikuti; kelas: bulan langkah itu"
en = "of these, those who applied on or after the referral; the earliest application (day, then membership id) is followed; band: month of the step"

[parts."i03.approved"]
id = "di antaranya, yang pendaftarannya disetujui"
en = "of these, those whose followed application was approved"

[parts."i03.activated"]
id = "di antaranya, yang keanggotaannya diaktifkan"
en = "of these, those whose followed membership was activated"
*/
with
referral as (
    select subject as person, issued_on, left(region, 5) as district
    from referral_issued
    qualify row_number() over (
        partition by person order by issued_on, referral, event, sequence
    ) = 1
),

application as (
    select
        membership.*,
        referral.district as referred_in,
        referral.issued_on,
    from membership
    inner join referral using (person)
    where membership.applied_on >= referral.issued_on
    qualify row_number() over (
        partition by person order by membership.applied_on, membership.membership
    ) = 1
),

step as (
    select 'i03.referred' as part, district, issued_on, issued_on as day
    from referral
    union all
    select 'i03.applied', referred_in, issued_on, applied_on from application
    union all
    select 'i03.approved', referred_in, issued_on, approved_on
    from application
    where approved_on is not null
    union all
    select 'i03.activated', referred_in, issued_on, activated_on
    from application
    where approved_on is not null and activated_on is not null
)

select
    part,
    district as region,
    strftime(issued_on, '%Y-%m') as period,
    strftime(day, '%Y-%m') as band,
    count(*) as value,
from step
group by part, region, period, band
