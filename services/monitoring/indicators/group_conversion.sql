/*
number = "22"
name_id = "Kelompok usaha menjadi koperasi"
name_en = "Business groups that become cooperatives"
unit = "group, membership"
dimensions = ["kabupaten of the group", "month of formation, month", "band: days to the cooperative, role"]
needs = []
disclosure = "mixed"
constraints = [
    "formed_12 = cooperative_12 + pre_cooperative_12 + dissolved_12 + still_group_12",
    "formed_24 = cooperative_24 + pre_cooperative_24 + dissolved_24 + still_group_24",
    "cooperative_24 = cooperative_by_days, added up",
    "cooperative_24 = cooperative_named_24 + cooperative_unnamed_24",
]
sums = [
    "formed_12 = cooperative_12 + pre_cooperative_12 + dissolved_12 + still_group_12",
    "formed_24 = cooperative_24 + pre_cooperative_24 + dissolved_24 + still_group_24",
    "cooperative_24 = cooperative_by_days[*]",
    "cooperative_24 = cooperative_named_24 + cooperative_unnamed_24",
]
source = "docs/figures.md, indicator 22: UP2K groups that became pre-cooperative and cooperative within 12 and 24 months"
version = 1
since = 2026-11-29

[population]
id = "kelompok UP2K menurut bulan pembentukan; kelompok yang lahir dari kelompok lain tidak dihitung lagi"
en = "UP2K groups by the month of formation; a group that came out of another is not counted again"

[numerator]
id = "di antaranya, yang menjadi koperasi dalam 365 atau 730 hari, sendiri atau lewat kelompok penerusnya; yang baru pra-koperasi; yang bubar"
en = "of these, those that became a cooperative within 365 or 730 days, by themselves or in a successor; those that came as far as pre-cooperative; those that dissolved"

[denominator]
id = "semua kelompok bulan itu yang telah diikuti selama itu"
en = "all groups of the month that have been followed for as long"

[follow_up]
id = "365 dan 730 hari sejak pembentukan; suatu bulan ditampilkan setelah semua kelompoknya diikuti penuh"
en = "365 and 730 days from formation; a cohort is shown when every group in it has been followed to the end"

[not_counted]
id = "Kelompok yang dibentuk langsung sebagai pra-koperasi atau koperasi."
en = "Groups formed as pre-cooperative or cooperative at once."

[caveats]
id = "Tidak ada dinas yang menyatakan daftar kelompok usaha lengkap; yang dihitung adalah yang tercatat. Bulan tanpa kelompok tercatat belum dilaporkan, bukan nol."
en = "No office declares the list of business groups complete; what is recorded counts. A month without a recorded group is not reported, not zero."

[parts."i22.within_12"]
id = "formed_12: kelompok; cooperative_12, pre_cooperative_12, dissolved_12: sejauh mana dalam 365 hari, masing-masing satu kali, yang terjauh"
en = "formed_12: groups; cooperative_12, pre_cooperative_12, dissolved_12: how far within 365 days, each once, the furthest"
kind = "cohort"
follow_days = 365
measures = ["formed_12", "cooperative_12", "pre_cooperative_12", "dissolved_12"]
unit = "group"
disclosure = "open"
said_by = "formed_12"

[parts."i22.within_24"]
id = "sama dalam 730 hari"
en = "the same within 730 days"
kind = "cohort"
follow_days = 730
measures = ["formed_24", "cooperative_24", "pre_cooperative_24", "dissolved_24"]
unit = "group"
disclosure = "open"
said_by = "formed_24"

[parts."i22.days"]
id = "yang menjadi koperasi dalam 730 hari, menurut hari sejak pembentukan"
en = "those that became a cooperative within 730 days, by days from formation"
kind = "cohort"
follow_days = 730
measure = "cooperative_by_days"
unit = "group"
disclosure = "open"
bands = ["000-182", "183-365", "366-730"]
said_by = "formed_24"

[parts."i22.named"]
id = "yang menjadi koperasi dalam 730 hari, dan tercatat koperasi yang mana"
en = "those that became a cooperative within 730 days, and of which it is recorded which one"
kind = "cohort"
follow_days = 730
measure = "cooperative_named_24"
unit = "group"
disclosure = "open"
said_by = "formed_24"

[parts."i22.roles"]
id = "perubahan bersih pada akhir bulan dari orang di kelompok usaha menurut perannya; orang di dua kelompok dihitung dua kali"
en = "net month-end change of persons in business groups by role; a person in two groups counts twice"
kind = "stock"
measure = "group_roles"
unit = "membership"
bands = ["CHAIR", "SECRETARY", "TREASURER", "MEMBER"]
said_by = "group_roles"
*/
with
formation as (
    select
        subject as business_group, formed_on, left(region, 5) as district, status,
    from group_formed
    qualify row_number() over (partition by subject order by formed_on, event, sequence) = 1
),

begun as (
    select formation.*
    from formation
    where formation.status = 'INCOME_GROUP'
        and not exists (
            select 1
            from group_succeeded as succeeded
            where succeeded.successor::varchar = formation.business_group
                and succeeded.happened_on <= formation.formed_on
        )
),

stage as (
    select subject as at_group, status, formed_on as day
    from group_formed
    union all
    select subject, status, effective_on
    from group_status_changed
),

reached as (
    select
        way.business_group,
        min(greatest(stage.day, way.since)) filter (
            stage.status = 'COOPERATIVE'
        ) as cooperative_on,
        min(greatest(stage.day, way.since)) filter (
            stage.status in ('PRE_COOPERATIVE', 'COOPERATIVE')
        ) as pre_cooperative_on,
        min(stage.day) filter (
            stage.status = 'DISSOLVED' and way.at_group = way.business_group
        ) as dissolved_on,
    from group_way as way
    inner join stage using (at_group)
    group by way.business_group
),

named as (
    select distinct way.business_group
    from group_way as way
    inner join group_became_cooperative as became on became.subject = way.at_group
),

followed as (
    select
        begun.*,
        reached.cooperative_on - begun.formed_on as cooperative_after,
        reached.pre_cooperative_on - begun.formed_on as pre_cooperative_after,
        reached.dissolved_on - begun.formed_on as dissolved_after,
        begun.business_group in (select business_group from named) as is_named,
    from begun
    inner join reached using (business_group)
),

horizon as (
    select *, unnest([12, 24]) as months
    from followed
),

cells as (
    select
        concat('i22.within_', months) as part,
        district,
        formed_on,
        concat(
            unnest([
                'formed_',
                case
                    when cooperative_after <= 365 * months // 12 then 'cooperative_'
                    when pre_cooperative_after <= 365 * months // 12 then 'pre_cooperative_'
                    when dissolved_after <= 365 * months // 12 then 'dissolved_'
                    else ''
                end
            ]),
            months
        ) as band,
    from horizon
    union all
    select
        'i22.days',
        district,
        formed_on,
        case
            when cooperative_after <= 182 then '000-182'
            when cooperative_after <= 365 then '183-365'
            else '366-730'
        end,
    from followed
    where cooperative_after <= 730
    union all
    select 'i22.named', district, formed_on, ''
    from followed
    where cooperative_after <= 730 and is_named
),

term as (
    select
        subject as person,
        "group"::varchar as business_group,
        role,
        joined_on,
        lead(joined_on, 1, date '9999-12-31') over (
            partition by subject, "group" order by joined_on, event, sequence
        ) as next_on,
    from group_member_joined
),

held as (
    select
        formation.district,
        term.role,
        date_trunc('month', term.joined_on) as since,
        date_trunc(
            'month', least(term.next_on, coalesce(min(departed.left_on), date '9999-12-31'))
        ) as until,
    from term
    inner join formation using (business_group)
    left join group_member_left as departed
        on departed.subject = term.person
        and departed."group"::varchar = term.business_group
        and departed.left_on >= term.joined_on
    group by
        formation.district, term.person, term.business_group, term.role, term.joined_on, term.next_on
),

role_step as (
    select district, role, unnest([since, until]) as month, unnest([1, -1]) as change
    from held
)

select
    'i22.roles' as part,
    district as region,
    strftime(month, '%Y-%m') as period,
    '' as programme,
    role as band,
    sum(change)::bigint as value,
from role_step
where month < date '9999-12-01'
group by all
union all
select
    part,
    district as region,
    strftime(formed_on, '%Y-%m') as period,
    '' as programme,
    band,
    count(*) as value,
from cells
where band not in ('12', '24')
group by all
