/*
number = "24"
name_id = "Bergabungnya bukan penerima sebelum dan sesudah penerima pertama"
name_en = "Joining of others before and after the first recipient"
unit = "membership"
dimensions = ["kabupaten of the cooperative", "month in which the first recipient joined"]
needs = ["FAMILIES", "EXITS", "COOPERATIVES", "MEMBERS"]
disclosure = "people"
constraints = []
source = "docs/figures.md, indicator 24: others' joins per cooperative in 90 days after and before the first recipient's, against cooperatives without recipients"
version = 2
since = 2026-11-29

[population]
id = "koperasi yang pada hari seorang penerima pertama kali bergabung sudah terdaftar sekurang-kurangnya 90 hari; sebagai pembanding, di kabupaten dan bulan yang sama: koperasi beroperasi yang sama lamanya dan belum mempunyai penerima sampai 90 hari sesudah bulan itu"
en = "cooperatives that had been registered for at least 90 days when their first recipient joined; beside them, in the same kabupaten and month, operating cooperatives as old that had no recipient until 90 days after the month"

[numerator]
id = "orang lain yang bergabung dalam 90 hari sesudah hari itu; pada pembanding: sesudah tanggal 15"
en = "others who joined in the 90 days after that day; where there was none: after the 15th"

[denominator]
id = "orang lain yang bergabung dalam 90 hari sebelum hari itu; pada pembanding: sebelum tanggal 15"
en = "others who joined in the 90 days before that day; where there was none: before the 15th"

[follow_up]
id = "90 hari; suatu bulan ditampilkan setelah semua koperasinya diikuti penuh"
en = "90 days; a cohort is shown when every cooperative in it has been followed to the end"

[not_counted]
id = "Koperasi yang berumur kurang dari 90 hari pada saat itu; yang bergabung pada hari yang sama."
en = "Cooperatives younger than 90 days at that time; those who joined on the very day."

[caveats]
id = "Kaitan, bukan sebab: penerima bergabung ke koperasi yang mereka pilih. Pertumbuhan yang memang sedang berjalan terlihat pada pembanding; bandingkan per koperasi, dan hanya bila kedua pihak sekurang-kurangnya 11 koperasi. Sebuah koperasi dapat menjadi pembanding untuk beberapa bulan, sehingga dalam total dihitung sekali untuk setiap bulan. Desa pembanding pilot tidak diketahui di sini."
en = "Association, not cause: recipients join the cooperatives that they choose. Growth that was under way anyway shows in the comparison; compare by cooperative, and only where both sides have at least 11. A cooperative may be a comparison for several months, so a total counts it once for each month. The pilot's comparison villages are not known here."

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

[parts."i24.comparison"]
id = "koperasi pembanding menurut bulan: beroperasi pada akhir bulan itu, terdaftar sekurang-kurangnya 90 hari pada awalnya, tanpa penerima sampai 90 hari sesudahnya"
en = "comparison cooperatives by month: operating at its end, registered for at least 90 days when it began, without a recipient until 90 days after it"
kind = "cohort"
follow_days = 90
measure = "comparison_cooperatives"
unit = "cooperative"

[parts."i24.comparison_others"]
id = "keanggotaan di koperasi pembanding yang mulai dalam 90 hari sebelum (comparison_before) dan sesudah (comparison_after) tanggal 15 bulan itu"
en = "memberships in comparison cooperatives that began in the 90 days before (comparison_before) and after (comparison_after) the 15th of the month"
kind = "cohort"
follow_days = 90
measures = ["comparison_before", "comparison_after"]
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

first_recipient as (
    select cooperative, min(activated_on) as joined_on
    from joining
    where is_recipient
    group by cooperative
),

cohort as (
    select distinct district, date_trunc('month', exposed_on)::date as month
    from exposed
),

comparison as (
    select cohort.district, cohort.month, place.cooperative
    from cohort
    inner join place
        on place.district = cohort.district
        and place.registered_on <= cohort.month - 90
    inner join cooperative_status as status
        on status.cooperative = place.cooperative
        and status.since <= cohort.month
        and cohort.month < status.until
    left join first_recipient on first_recipient.cooperative = place.cooperative
    where status.status = 'OPERATING'
        and (
            first_recipient.joined_on is null
            or first_recipient.joined_on > last_day(cohort.month) + 90
        )
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
    union all
    select 'i24.comparison', district, month, '' from comparison
    union all
    select
        'i24.comparison_others',
        comparison.district,
        comparison.month,
        if(
            joining.activated_on < comparison.month + 14,
            'comparison_before',
            'comparison_after'
        ),
    from comparison
    inner join joining using (cooperative)
    where joining.activated_on <> comparison.month + 14
        and joining.activated_on
            between comparison.month + 14 - 90 and comparison.month + 14 + 90
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
