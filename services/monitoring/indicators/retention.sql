/*
number = "12"
name_id = "Bertahan sebagai anggota"
name_en = "Retention of members"
unit = "membership"
dimensions = ["kabupaten of the membership", "month of joining", "programme of the member's family on that day"]
needs = ["FAMILIES", "EXITS", "MEMBERS"]
disclosure = "people"
constraints = [
    "joined_12 = kept_12 + returned_12 + left_12",
    "joined_24 = kept_24 + returned_24 + left_24",
    "kept_12 = kept_24 + ended_13_24",
]
sums = [
    "joined_12 = kept_12 + returned_12 + left_12",
    "joined_24 = kept_24 + returned_24 + left_24",
    "kept_12 = kept_24 + ended_13_24",
]
source = "docs/figures.md, indicator 12: from joining to lapse or resignation, 12 and 24 months"
version = 1
since = 2026-11-29

[population]
id = "keanggotaan menurut bulan resmi menjadi anggota, kabupaten, dan program keluarga orang itu pada hari itu (NONE: bukan orang dari keluarga penerima)"
en = "memberships by the month of joining, kabupaten, and the programme of the person's family on that day (NONE: of no recipient family)"

[numerator]
id = "kept: tidak berakhir dalam 365 atau 730 hari; returned: berakhir, dan pada hari itu sudah menjadi anggota lagi"
en = "kept: not ended within 365 or 730 days; returned: ended, and a member again on that day"

[denominator]
id = "semua keanggotaan bulan itu yang telah diikuti selama itu"
en = "all memberships of the month that have been followed for as long"

[follow_up]
id = "365 dan 730 hari sejak menjadi anggota; suatu bulan ditampilkan setelah semua keanggotaannya diikuti penuh"
en = "365 and 730 days from joining; a cohort is shown when every membership in it has been followed to the end"

[not_counted]
id = "Keanggotaan yang belum diikuti selama itu: mereka belum sempat berakhir."
en = "Memberships not followed for as long: they have not had the time to end."

[caveats]
id = "Karena setiap keanggotaan diikuti penuh, kept/joined sama dengan taksiran Kaplan-Meier pada hari itu. Gugur dan mengundurkan diri dihitung sama."
en = "As every membership is followed to the end, kept/joined is the Kaplan-Meier estimate of that day. Lapse and resignation count alike."

[parts."i12.within_12"]
id = "joined_12: keanggotaan; kept_12: tidak berakhir dalam 365 hari; returned_12: berakhir dan pada akhir hari ke-365 menjadi anggota lagi"
en = "joined_12: memberships; kept_12: not ended within 365 days; returned_12: ended, and a member again at the close of day 365"
kind = "cohort"
follow_days = 365
measures = ["joined_12", "kept_12", "returned_12"]
unit = "membership"
programmes = "persons"

[parts."i12.within_24"]
id = "joined_24: keanggotaan; kept_24: tidak berakhir dalam 730 hari; returned_24: berakhir dan pada akhir hari ke-730 menjadi anggota lagi"
en = "joined_24: memberships; kept_24: not ended within 730 days; returned_24: ended, and a member again at the close of day 730"
kind = "cohort"
follow_days = 730
measures = ["joined_24", "kept_24", "returned_24"]
unit = "membership"
programmes = "persons"
*/
with
joining as (
    select
        membership.person,
        membership.membership,
        membership.district,
        membership.activated_on,
        membership.ended_on,
        coalesce(recipient.programme, 'NONE') as programme,
        unnest([12, 24]) as months,
    from membership
    left join recipient
        on recipient.person = membership.person
        and recipient.since <= membership.activated_on
        and membership.activated_on < recipient.until
    where membership.activated_on is not null
),

horizon as (
    select *, activated_on + 365 * months // 12 as followed_to
    from joining
    where activated_on < date '9990-01-01'
),

back as (
    select distinct horizon.person, horizon.membership, horizon.months
    from horizon
    inner join member using (person, membership)
    where horizon.ended_on <= horizon.followed_to
        and member.since <= horizon.followed_to
        and horizon.followed_to < member.until
),

counted as (
    select
        horizon.district,
        horizon.programme,
        horizon.activated_on,
        horizon.months,
        unnest([
            'joined_',
            case
                when horizon.ended_on is null or horizon.ended_on > horizon.followed_to
                    then 'kept_'
                when back.person is not null then 'returned_'
            end
        ]) as measure,
    from horizon
    left join back using (person, membership, months)
)

select
    concat('i12.within_', months) as part,
    district as region,
    strftime(activated_on, '%Y-%m') as period,
    programme,
    concat(measure, months) as band,
    count(*) as value,
from counted
where measure is not null
group by all
