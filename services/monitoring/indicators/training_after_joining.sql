/*
number = "16"
name_id = "Pelatihan setelah menjadi anggota"
name_en = "Training after joining"
unit = "person, session"
dimensions = ["kabupaten of the membership", "month of the first activation"]
needs = ["memberships", "trainings", "sessions"]
disclosure = "mixed"
constraints = ["activated >= trained_90"]
source = "domain.md section 6, indicator 16: members with a completed training within 90 days"
version = 1
since = 2026-11-28

[population]
id = "orang yang keanggotaan pertamanya aktif, menurut bulan dan kabupaten"
en = "persons whose first membership became active, by month and kabupaten"

[numerator]
id = "di antaranya, yang menyelesaikan pelatihan dalam 90 hari"
en = "of these, those who completed a training within 90 days"

[denominator]
id = "semua orang tersebut"
en = "all of these"

[follow_up]
id = "90 hari sejak aktif pertama kali, hari kesembilan puluh termasuk"
en = "90 days from the first activation, the ninetieth included"

[parts."i16.activated"]
id = "orang menurut bulan keanggotaan pertamanya aktif (hari, lalu nomor keanggotaan), di kabupaten keanggotaan itu; orang"
en = "persons by month of their first activation (day, then membership id), in the kabupaten of that membership; people"

[parts."i16.trained_90"]
id = "di antaranya, yang menyelesaikan pelatihan dalam 90 hari; orang"
en = "of these, those who completed a training within 90 days; people"

[parts."i16.participants"]
id = "peserta pertemuan sosialisasi; terbuka"
en = "participants of outreach sessions; open"
*/
with
activation as (
    select person, activated_on, district
    from membership
    where activated_on is not null
    qualify row_number() over (
        partition by person order by activated_on, membership
    ) = 1
),

trained as (
    select distinct activation.person
    from training_completed as completed
    inner join activation on activation.person = completed.subject
    where completed.completed_on
        between activation.activated_on and activation.activated_on + 90
),

cells as (
    select 'i16.activated' as part, district, activated_on as day, 1 as value
    from activation
    union all
    select 'i16.trained_90', district, activated_on, 1
    from activation
    where person in (select person from trained)
    union all
    select 'i16.participants', district, held_on, participants
    from session
    where activity = 'OUTREACH' and participants > 0
)

select
    part,
    district as region,
    strftime(day, '%Y-%m') as period,
    '' as band,
    sum(value)::bigint as value,
from cells
group by part, region, period
