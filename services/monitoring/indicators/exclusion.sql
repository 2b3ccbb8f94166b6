/*
number = "19"
name_id = "Keluarga memenuhi syarat yang tidak dirujuk"
name_en = "Eligible families that were not referred"
unit = "family"
dimensions = ["kabupaten of the assessment", "month of the first assessment as eligible", "programme"]
needs = ["FAMILIES", "EXITS", "REFERRALS"]
disclosure = "people"
constraints = ["eligible = referred + left + not_referred"]
sums = [
    "eligible = referred + left + not_referred",
]
source = "docs/figures.md, indicator 19: eligible, no referral by 90 days / eligible"
version = 1
since = 2026-11-28

[population]
id = "keluarga terdaftar, menurut bulan saat pertama kali dinilai memenuhi syarat"
en = "enrolled families by the month in which they were first found eligible"

[numerator]
id = "di antaranya, keluarga yang tidak seorang pun dirujuk dalam 90 hari dan yang masih terdaftar"
en = "of these, families of which nobody was referred within 90 days and that are still enrolled"

[denominator]
id = "semua keluarga tersebut"
en = "all of these"

[follow_up]
id = "90 hari sejak penilaian, hari kesembilan puluh termasuk; suatu bulan ditampilkan setelah semua keluarganya diikuti penuh"
en = "90 days from the assessment, the ninetieth included; a cohort is shown when every family in it has been followed to the end"

[not_counted]
id = "Keluarga yang tidak terdaftar pada hari penilaian."
en = "Families that were not enrolled on the day of the assessment."

[caveats]
id = "Hanya penilaian pertama yang memenuhi syarat yang diikuti."
en = "Only the first assessment as eligible is followed."

[parts."i19.exclusion"]
id = "eligible: semua; referred: seorang anggota keluarga dirujuk sampai hari ke-90, juga sebelum penilaian itu; left: keluar dari program sampai hari ke-90 tanpa rujukan; not_referred: selebihnya"
en = "eligible: all; referred: somebody of the family was referred by day 90, also before that assessment; left: left the programme by day 90 without a referral; not_referred: the others"
kind = "cohort"
follow_days = 90
measures = ["eligible", "referred", "left", "not_referred"]
unit = "family"
programmes = "recipients"
*/
with
found as (
    select
        subject as family,
        left(region, 5) as district,
        assessed_on,
    from eligibility_assessed
    where eligible
    qualify row_number() over (
        partition by subject order by assessed_on, rule, event, sequence
    ) = 1
),

enrolled as (
    select
        found.*,
        spell.programme,
        spell.reason is not null and spell.last_day <= found.assessed_on + 90 as has_left,
    from found
    inner join spell
        on spell.family = found.family
        and found.assessed_on between spell.enrolled_on and spell.last_day
),

referred as (
    select distinct enrolled.family
    from enrolled
    inner join referral_issued as issued using (family)
    where issued.issued_on <= enrolled.assessed_on + 90
),

band as (
    select
        district,
        programme,
        assessed_on,
        unnest([
            'eligible',
            case
                when family in (select family from referred) then 'referred'
                when has_left then 'left'
                else 'not_referred'
            end
        ]) as band,
    from enrolled
)

select
    'i19.exclusion' as part,
    district as region,
    strftime(assessed_on, '%Y-%m') as period,
    programme,
    band,
    count(*) as value,
from band
group by all
