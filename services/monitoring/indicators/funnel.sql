/*
number = "03"
name_id = "Corong rujukan menuju keanggotaan"
name_en = "Funnel from referral to membership"
unit = "person"
dimensions = ["kabupaten of the referral", "month of the first referral", "programme", "band: step"]
needs = ["FAMILIES", "EXITS", "REFERRALS", "MEMBERS"]
disclosure = "people"
constraints = [
    "referred >= contacted >= interested >= applied >= approved >= activated in each cohort",
    "referred = activated + declined + left + open",
    "declined = declined_by_reason, added up",
]
sums = [
    "referred = contacted + not_contacted",
    "contacted = interested + not_interested",
    "interested = applied + not_applied",
    "applied = approved + not_approved",
    "approved = activated + not_activated",
    "referred = activated + declined + left + open",
    "declined = declined_by_reason[*]",
]
source = "docs/figures.md, indicator 3: funnel step rates, issued to active"
version = 2
since = 2026-11-28

[population]
id = "orang yang dirujuk, menurut bulan dan kabupaten rujukan pertamanya"
en = "persons who were referred, by the month and kabupaten of their first referral"

[numerator]
id = "di antaranya, yang mengambil suatu langkah dalam 180 hari; siapa yang mengambil langkah kemudian telah melalui langkah sebelumnya"
en = "of these, those who took a step within 180 days; whoever took a later step has taken the earlier ones"

[denominator]
id = "orang yang dirujuk pada bulan rujukan itu"
en = "the referred persons of the cohort"

[follow_up]
id = "180 hari sejak rujukan pertama, hari terakhir termasuk; suatu bulan rujukan ditampilkan setelah semua orangnya diikuti penuh"
en = "180 days from the first referral, the last day included; a cohort is shown when everyone in it has been followed to the end"

[not_counted]
id = "Orang yang sudah menjadi anggota pada hari rujukan; langkah setelah hari ke-180."
en = "Persons who were members already on the day of the referral; steps after day 180."

[caveats]
id = "Menolak tidak berakibat apa pun bagi bantuan. Kontak yang tidak dicatat tampak sebagai tidak dihubungi, kecuali orang itu mendaftar."
en = "A refusal has no consequence for assistance. A contact that nobody recorded looks like none, unless the person applied."

[parts."i03.funnel"]
id = "langkah: referred, contacted, interested, applied, approved, activated; keadaan pada akhir hari ke-180 bagi yang belum menjadi anggota: declined (pernyataan terakhir adalah menolak, tanpa pendaftaran setelahnya), left (keluarganya keluar dari program), selebihnya open"
en = "steps: referred, contacted, interested, applied, approved, activated; state at the close of day 180 of those who are no members: declined (the last word was no, and no application followed), left (their family left the programme), the others open"
kind = "cohort"
follow_days = 180
measures = ["referred", "contacted", "interested", "applied", "approved", "activated", "declined", "left", "open"]
unit = "person"
programmes = "persons"

[parts."i03.declined_by_reason"]
id = "yang menolak menurut alasan yang mereka sebutkan terakhir"
en = "those who declined, by the reason that they gave last"
kind = "cohort"
follow_days = 180
measure = "declined_by_reason"
unit = "person"
programmes = "persons"
bands = ["NO_TIME", "NO_MONEY", "NO_TRUST", "TOO_FAR", "NO_BUSINESS", "ALREADY_MEMBER", "FAMILY_REFUSES", "OTHER"]
*/
with
applied as (
    select membership.*
    from membership
    inner join referral using (person)
    where membership.applied_on >= referral.issued_on
    qualify row_number() over (
        partition by person order by membership.applied_on, membership.membership
    ) = 1
),

-- what a referred person said, the last word within the time last
answer as (
    select referral.person, said.day, said.reason
    from referral
    inner join (
        select subject as person, contacted_on as day, '' as reason from referral_contacted
        union all
        select subject, interested_on, 'INTERESTED' from referral_interested
        union all
        select subject, declined_on, reason from referral_declined
    ) as said using (person)
    where said.day between referral.issued_on and referral.issued_on + 180
),

answered as (
    select
        person,
        bool_or(reason = 'INTERESTED') as interested,
        max_by(reason, (day, reason)) filter (reason <> '') as last_word,
        max(day) filter (reason not in ('', 'INTERESTED')) as declined_on,
    from answer
    group by person
),

followed as (
    select
        referral.district,
        referral.programme,
        referral.issued_on,
        referral.person in (select person from candidate) as is_candidate,
        referral.left_on <= referral.issued_on + 180 as has_left,
        answered.person is not null as contacted,
        coalesce(answered.interested, false) as interested,
        applied.applied_on,
        applied.approved_on,
        applied.activated_on,
        coalesce(applied.applied_on <= referral.issued_on + 180, false) as has_applied,
        has_applied
            and coalesce(applied.approved_on <= referral.issued_on + 180, false)
            as is_approved,
        is_approved
            and coalesce(applied.activated_on <= referral.issued_on + 180, false)
            as is_member,
        if(
            answered.last_word <> 'INTERESTED'
                and (not has_applied or applied.applied_on < answered.declined_on),
            answered.last_word,
            null
        ) as declined,
    from referral
    left join answered using (person)
    left join applied using (person)
),

band as (
    select
        district,
        programme,
        issued_on,
        unnest([
            'referred',
            if(contacted or has_applied, 'contacted', null),
            if(interested or has_applied, 'interested', null),
            if(has_applied, 'applied', null),
            if(is_approved, 'approved', null),
            if(is_member, 'activated', null),
            case
                when is_member then null
                when declined is not null then 'declined'
                when has_left then 'left'
                else 'open'
            end
        ]) as band,
    from followed
    where is_candidate
),

cells as (
    select 'i03.funnel' as part, district, programme, issued_on, band
    from band
    where band is not null
    union all
    select 'i03.declined_by_reason', district, programme, issued_on, declined
    from followed
    where is_candidate and not is_member and declined is not null
)

select
    part,
    district as region,
    strftime(issued_on, '%Y-%m') as period,
    programme,
    band,
    count(*) as value,
from cells
group by all
