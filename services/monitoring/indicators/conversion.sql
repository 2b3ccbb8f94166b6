/*
number = "02"
name_id = "Konversi rujukan menjadi keanggotaan"
name_en = "Conversion of referrals into membership"
unit = "person"
dimensions = ["kabupaten of the referral", "month of the first referral", "programme"]
needs = ["FAMILIES", "EXITS", "REFERRALS", "MEMBERS"]
disclosure = "people"
constraints = ["joined_30 <= joined_90 <= joined_180 <= joined_365 in each cohort"]
sums = [
    "referred_30 = joined_30 + not_joined_30",
    "referred_90 = joined_90 + not_joined_90",
    "referred_180 = joined_180 + not_joined_180",
    "referred_365 = joined_365 + not_joined_365",
    "joined_90 = joined_30 + joined_31_90",
    "referred_30 = referred_90",
    "joined_180 = joined_90 + joined_91_180",
    "referred_90 = referred_180",
    "joined_365 = joined_180 + joined_181_365",
    "referred_180 = referred_365",
]
source = "docs/figures.md, indicator 2: joined within h days / referred at least h days ago"
version = 1
since = 2026-11-28

[population]
id = "orang yang dirujuk untuk pertama kali dan pada hari itu belum menjadi anggota koperasi"
en = "persons referred for the first time who were no member of a cooperative on that day"

[numerator]
id = "di antaranya, yang resmi menjadi anggota dalam 30, 90, 180 atau 365 hari"
en = "of these, those who joined within 30, 90, 180 or 365 days"

[denominator]
id = "semua orang tersebut yang telah diikuti selama jumlah hari itu"
en = "all of these who have been followed for that many days"

[follow_up]
id = "30, 90, 180 dan 365 hari sejak rujukan pertama, hari terakhir termasuk; suatu bulan rujukan ditampilkan setelah semua orangnya diikuti penuh"
en = "30, 90, 180 and 365 days from the first referral, the last day included; a cohort is shown when everyone in it has been followed to the end"

[not_counted]
id = "Orang yang sudah menjadi anggota pada hari rujukan; rujukan kedua dan seterusnya."
en = "Persons who were members already on the day of the referral; second and later referrals."

[caveats]
id = "Orang yang bergabung lebih cepat daripada h hari tetap dihitung pada semua h yang lebih panjang. Rata-rata hari sampai bergabung tidak ditampilkan: yang belum bergabung akan memperpanjangnya."
en = "Whoever joined within h days counts for every longer h. A mean of days to joining is not shown: those who have not joined would lengthen it."

[parts."i02.within_30"]
id = "referred_30: orang yang dirujuk; joined_30: di antaranya, yang resmi menjadi anggota dalam 30 hari"
en = "referred_30: persons referred; joined_30: of these, those who joined within 30 days"
kind = "cohort"
follow_days = 30
measures = ["referred_30", "joined_30"]
unit = "person"
programmes = "persons"

[parts."i02.within_90"]
id = "referred_90: orang yang dirujuk; joined_90: di antaranya, yang resmi menjadi anggota dalam 90 hari"
en = "referred_90: persons referred; joined_90: of these, those who joined within 90 days"
kind = "cohort"
follow_days = 90
measures = ["referred_90", "joined_90"]
unit = "person"
programmes = "persons"

[parts."i02.within_180"]
id = "referred_180: orang yang dirujuk; joined_180: di antaranya, yang resmi menjadi anggota dalam 180 hari"
en = "referred_180: persons referred; joined_180: of these, those who joined within 180 days"
kind = "cohort"
follow_days = 180
measures = ["referred_180", "joined_180"]
unit = "person"
programmes = "persons"

[parts."i02.within_365"]
id = "referred_365: orang yang dirujuk; joined_365: di antaranya, yang resmi menjadi anggota dalam 365 hari"
en = "referred_365: persons referred; joined_365: of these, those who joined within 365 days"
kind = "cohort"
follow_days = 365
measures = ["referred_365", "joined_365"]
unit = "person"
programmes = "persons"
*/
with
joining as (
    select candidate.person, min(membership.activated_on) as activated_on
    from candidate
    inner join membership using (person)
    where membership.activated_on >= candidate.issued_on
    group by candidate.person
),

cohort as (
    select
        candidate.district,
        candidate.programme,
        candidate.issued_on,
        joining.activated_on - candidate.issued_on as days,
    from candidate
    left join joining using (person)
),

horizon as (
    select *, unnest([30, 90, 180, 365]) as horizon
    from cohort
),

counted as (
    select
        district,
        programme,
        issued_on,
        horizon,
        unnest(['referred_', if(days <= horizon, 'joined_', null)]) as measure,
    from horizon
)

select
    concat('i02.within_', horizon) as part,
    district as region,
    strftime(issued_on, '%Y-%m') as period,
    programme,
    concat(measure, horizon) as band,
    count(*) as value,
from counted
where measure is not null
group by all
