/*
number = "24"
name_id = "Bergabungnya bukan penerima sebelum dan sesudah penerima pertama"
name_en = "Joining of others before and after the first recipient"
unit = "membership"
dimensions = ["kabupaten of the cooperative", "month in which the first recipient joined"]
needs = ["FAMILIES", "EXITS", "COOPERATIVES", "MEMBERS"]
disclosure = "people"
constraints = []
source = "docs/figures.md, indicator 24: others' joins per cooperative in 90 days after and before the first recipient's"
version = 1
since = 2026-11-28

[population]
id = "koperasi yang pada hari seorang penerima pertama kali bergabung sudah terdaftar sekurang-kurangnya 90 hari"
en = "cooperatives that had been registered for at least 90 days when their first recipient joined"

[numerator]
id = "orang lain yang bergabung dalam 90 hari sesudah hari itu"
en = "others who joined in the 90 days after that day"

[denominator]
id = "orang lain yang bergabung dalam 90 hari sebelum hari itu"
en = "others who joined in the 90 days before that day"

[follow_up]
id = "90 hari; suatu bulan ditampilkan setelah semua koperasinya diikuti penuh"
en = "90 days; a cohort is shown when every cooperative in it has been followed to the end"

[not_counted]
id = "Koperasi yang berumur kurang dari 90 hari pada saat itu; yang bergabung pada hari yang sama."
en = "Cooperatives younger than 90 days at that time; those who joined on the very day."

[caveats]
id = "Perbandingan sebelum dan sesudah di koperasi yang sama: kaitan, bukan sebab. Pertumbuhan yang memang sedang berjalan tidak dikurangkan. Angka kurang dari 11 koperasi tidak bermakna."
en = "A comparison of before and after in the same cooperatives: association, not cause. Growth that was under way anyway is not taken off. Figures of fewer than 11 cooperatives mean nothing."

[parts."i24.cooperatives"]
id = "koperasi menurut bulan bergabungnya penerima pertama"
en = "cooperatives by the month in which the first recipient joined"
kind = "cohort"
follow_days = 90
measure = "cooperatives"
unit = "cooperative"

[parts."i24.others"]
id = "keanggotaan orang yang bukan dari keluarga penerima: before: mulai dalam 90 hari sebelum hari itu; after: dalam 90 hari sesudahnya; hari itu sendiri tidak dihitung"
en = "memberships of persons of no recipient family: before: that began in the 90 days before that day; after: in the 90 days after it; the day itself is not counted"
kind = "cohort"
follow_days = 90
measures = ["before", "after"]
unit = "membership"
*/
with
place as (
    select subject as cooperative, registered_on, left(region, 5) as district
    from cooperative_registered
    qualify row_number() over (
        partition by subject order by registered_on, event, sequence
    ) = 1
),

joining as (
    select
        membership.cooperative,
        membership.activated_on,
        recipient.programme is not null as is_recipient,
    from membership
    left join recipient
        on recipient.person = membership.person
        and recipient.since <= membership.activated_on
        and membership.activated_on < recipient.until
    where membership.activated_on is not null
),

exposed as (
    select place.cooperative, place.district, min(joining.activated_on) as exposed_on
    from joining
    inner join place using (cooperative)
    where joining.is_recipient
    group by place.cooperative, place.district, place.registered_on
    having place.registered_on <= min(joining.activated_on) - 90
),

cells as (
    select 'i24.cooperatives' as part, district, exposed_on, '' as band
    from exposed
    union all
    select
        'i24.others',
        exposed.district,
        exposed.exposed_on,
        if(joining.activated_on < exposed.exposed_on, 'before', 'after'),
    from exposed
    inner join joining using (cooperative)
    where not joining.is_recipient
        and joining.activated_on <> exposed.exposed_on
        and joining.activated_on
            between exposed.exposed_on - 90 and exposed.exposed_on + 90
)

select
    part,
    district as region,
    strftime(exposed_on, '%Y-%m') as period,
    '' as programme,
    band,
    count(*) as value,
from cells
group by all
