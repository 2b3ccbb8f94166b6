/*
number = "10"
name_id = "Anggota aktif"
name_en = "Active members"
unit = "membership"
dimensions = ["kabupaten of the membership", "month, year of the benefit", "programme of the member's family", "band: kind of benefit"]
needs = ["FAMILIES", "EXITS", "MEMBERS"]
disclosure = "people"
constraints = ["members_90_days = active + inactive + activity_unknown"]
sums = [
    "members_90_days = active + inactive + activity_unknown",
]
source = "docs/figures.md, indicator 10: members with savings or a transaction in the last 90 days / members of 90 days"
version = 1
since = 2026-11-29

[population]
id = "keanggotaan yang berlaku pada akhir bulan dan sudah 90 hari, menurut program keluarga orang itu pada akhir bulan (NONE: bukan orang dari keluarga penerima)"
en = "memberships in force at the end of the month and 90 days old by then, by the programme of the person's family then (NONE: of no recipient family)"

[numerator]
id = "active: di antaranya, yang membayar simpanan wajib atau bertransaksi pada bulan itu atau dua bulan sebelumnya; inactive: yang tercatat tidak pada ketiganya, untuk simpanan dan transaksi"
en = "active: of these, those who paid savings or transacted in the month or the two before; inactive: those recorded as no in all three, for savings and for transactions"

[denominator]
id = "semua keanggotaan itu; selisihnya belum diketahui: tidak semua bulan tercatat"
en = "all of these; the rest is unknown: not every month is recorded"

[follow_up]
id = "tiga bulan kalender sampai bulan itu, karena koperasi mencatat menurut bulan; manfaat menurut tahun kalender"
en = "the three calendar months up to the month, because cooperatives record by months; benefits by the calendar year"

[not_counted]
id = "Anggota yang belum 90 hari: mereka baru membayar simpanan pertama."
en = "Members of less than 90 days: they have just paid their first savings."

[caveats]
id = "Satuannya keanggotaan. Yang belum diketahui bukan yang tidak aktif."
en = "The unit is the membership. Unknown is not inactive."

[parts."i10.members"]
id = "perubahan bersih jumlah keanggotaan yang berlaku pada akhir bulan dan sudah 90 hari"
en = "net change in the number of memberships in force at the month's end and 90 days old"
kind = "stock"
measure = "members_90_days"
unit = "membership"
programmes = "persons"

[parts."i10.activity"]
id = "perubahan bersih dari active dan inactive pada akhir bulan"
en = "net change of active and inactive at the month's end"
kind = "stock"
measures = ["active", "inactive"]
unit = "membership"
programmes = "persons"

[parts."i10.benefits"]
id = "keanggotaan yang menerima manfaat dalam tahun itu menurut jenisnya, masing-masing satu kali, menurut program pada hari manfaat pertama"
en = "memberships that got a benefit in the year by its kind, each once, by the programme on the day of the first"
kind = "year"
measure = "benefited"
unit = "membership"
programmes = "persons"
bands = ["SURPLUS_SHARE", "MEMBER_PRICE", "CREDIT"]
*/
with
-- at the month ends from since to before until
seasoned as (
    select
        person,
        membership,
        left(region, 5) as district,
        date_trunc('month', since + 90) as first_end,
        date_trunc('month', until) as end_until,
    from member
    where since < date '9999-01-01'
),

held as (
    select district, 'NONE' as programme, first_end as since, end_until as until, 1 as memberships
    from seasoned
    where first_end < end_until
    union all
    select
        seasoned.district,
        unnest([recipient.programme, 'NONE']),
        greatest(seasoned.first_end, date_trunc('month', recipient.since)),
        least(seasoned.end_until, date_trunc('month', recipient.until)),
        unnest([1, -1]),
    from seasoned
    inner join recipient
        on recipient.person = seasoned.person
        and greatest(seasoned.first_end, date_trunc('month', recipient.since))
            < least(seasoned.end_until, date_trunc('month', recipient.until))
),

-- what a month says counts at three month ends: its own and the next two
said as (
    select
        person,
        membership,
        unnest([
            month,
            last_day(month) + 1,
            last_day(last_day(month) + 1) + 1
        ])::date as month,
        coalesce(paid, false) or coalesce(transacted, false) as is_yes,
        not paid and not transacted as is_no,
    from member_month
),

known as (
    select
        person,
        membership,
        month,
        bool_or(is_yes) as is_active,
        count(*) filter (is_no) = 3 as is_inactive,
    from said
    group by person, membership, month
),

answered as (
    select
        seasoned.district,
        coalesce(recipient.programme, 'NONE') as programme,
        known.month,
        if(known.is_active, 'active', 'inactive') as band,
    from known
    inner join seasoned
        on seasoned.person = known.person
        and seasoned.membership = known.membership
        and seasoned.first_end <= known.month
        and known.month < seasoned.end_until
    left join recipient
        on recipient.person = seasoned.person
        and date_trunc('month', recipient.since) <= known.month
        and known.month < date_trunc('month', recipient.until)
    where known.is_active or known.is_inactive
),

benefit as (
    select
        membership.district,
        membership.person,
        granted.kind,
        granted.granted_on,
    from membership_benefit_granted as granted
    inner join membership
        on membership.person = granted.subject
        and membership.membership = granted.membership
    where membership.activated_on is not null
    qualify row_number() over (
        partition by granted.subject, granted.membership, granted.kind, year(granted.granted_on)
        order by granted.granted_on, granted.event, granted.sequence
    ) = 1
),

cells as (
    select
        'i10.members' as part,
        district,
        strftime(unnest([since, until]), '%Y-%m') as period,
        programme,
        '' as band,
        unnest([memberships, -memberships]) as value,
    from held
    union all
    select
        'i10.activity',
        district,
        strftime(unnest([month, last_day(month) + 1]), '%Y-%m'),
        programme,
        band,
        unnest([1, -1]),
    from answered
    union all
    select
        'i10.benefits',
        benefit.district,
        printf('%04d', year(benefit.granted_on)),
        coalesce(recipient.programme, 'NONE'),
        benefit.kind,
        1,
    from benefit
    left join recipient
        on recipient.person = benefit.person
        and recipient.since <= benefit.granted_on
        and benefit.granted_on < recipient.until
)

select
    part,
    district as region,
    period,
    programme,
    band,
    sum(value)::bigint as value,
from cells
where period < '9999-12'
group by all
