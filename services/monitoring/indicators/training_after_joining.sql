/*
number = "16"
name_id = "Pelatihan setelah menjadi anggota"
name_en = "Training after joining"
unit = "person, session"
dimensions = ["kabupaten of the membership", "month of the first activation"]
needs = ["FAMILIES", "EXITS", "MEMBERS", "TRAININGS"]
disclosure = "people"
constraints = [
    "joined = still_member + ended",
    "still_member = trained + none_after_90_days",
    "trained = trained_by_lag, added up",
]
sums = [
    "joined = still_member + ended",
    "still_member = trained + none_after_90_days",
    "trained = trained_by_lag[*]",
]
source = "docs/figures.md, indicator 16: members with a completed training within 90 days"
version = 3
since = 2026-11-29

[population]
id = "orang yang resmi menjadi anggota untuk pertama kali, menurut bulan, kabupaten dan program keluarganya pada hari itu (NONE: bukan orang dari keluarga penerima)"
en = "persons who joined for the first time, by month, kabupaten and the programme of their family on that day (NONE: of no recipient family)"

[numerator]
id = "di antara yang masih menjadi anggota setelah 90 hari, yang menyelesaikan pelatihan dalam 90 hari itu"
en = "of those who are still members after 90 days, those who completed a training within these 90 days"

[denominator]
id = "yang masih menjadi anggota setelah 90 hari"
en = "those who are still members after 90 days"

[follow_up]
id = "90 hari sejak aktif pertama kali, hari kesembilan puluh termasuk"
en = "90 days from the first activation, the ninetieth included"

[not_counted]
id = "Keanggotaan kedua dan seterusnya; pelatihan setelah hari ke-90."
en = "Second and later memberships; trainings after day 90."

[caveats]
id = "Pelatihan sebelum bergabung tidak dihitung. Nilai tengah hari sampai pelatihan dibaca dari trained_by_lag."
en = "A training before joining does not count. The median of days to the training is read from trained_by_lag."

[parts."i16.training"]
id = "orang menurut bulan bergabung pertama dan program keluarganya pada hari itu: joined: semua; still_member: masih menjadi anggota suatu koperasi pada akhir hari ke-90; trained: di antaranya, yang menyelesaikan pelatihan dari hari bergabung sampai hari ke-90"
en = "persons by month of first joining and programme of their family on that day: joined: all; still_member: a member of any cooperative at the close of day 90; trained: of these, those who completed a training from the day of joining to day 90"
kind = "cohort"
follow_days = 90
measures = ["joined", "still_member", "trained"]
unit = "person"
programmes = "persons"

[parts."i16.trained_by_lag"]
id = "yang dilatih menurut hari sampai pelatihan pertama"
en = "those trained, by days to the first training"
kind = "cohort"
follow_days = 90
measure = "trained_by_lag"
unit = "person"
programmes = "persons"
bands = ["00-30", "31-60", "61-90"]

[parts."i16.participants"]
id = "peserta pertemuan sosialisasi, menurut kategori dan bukan menurut orang"
en = "participants of outreach sessions, counted by category and not by person"
kind = "flow"
measure = "participants"
unit = "person"
needs = ["SESSIONS"]
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
    select
        activation.person,
        min(completed.completed_on) - activation.activated_on as lag,
    from training_completed as completed
    inner join activation on activation.person = completed.subject
    where completed.completed_on
        between activation.activated_on and activation.activated_on + 90
    group by activation.person, activation.activated_on
),

followed as (
    select
        activation.*,
        coalesce(recipient.programme, 'NONE') as programme,
        trained.lag,
        activation.person in (
            select member.person
            from member
            inner join activation as own using (person)
            where member.since <= own.activated_on + 90
                and own.activated_on + 90 < member.until
        ) as still_member,
    from activation
    left join trained using (person)
    left join recipient
        on recipient.person = activation.person
        and recipient.since <= activation.activated_on
        and activation.activated_on < recipient.until
),

training as (
    select
        district,
        activated_on,
        programme,
        unnest([
            'joined',
            if(still_member, 'still_member', null),
            if(still_member and lag is not null, 'trained', null)
        ]) as band,
    from followed
),

cells as (
    select
        'i16.training' as part, district, activated_on as day, programme, band, 1 as value,
    from training
    where band is not null
    union all
    select
        'i16.trained_by_lag',
        district,
        activated_on,
        programme,
        case
            when lag <= 30 then '00-30'
            when lag <= 60 then '31-60'
            else '61-90'
        end,
        1,
    from followed
    where still_member and lag is not null
    union all
    select 'i16.participants', district, held_on, '', '', participants
    from session
    where activity = 'OUTREACH' and participants > 0
)

select
    part,
    district as region,
    strftime(day, '%Y-%m') as period,
    programme,
    band,
    sum(value)::bigint as value,
from cells
group by all
