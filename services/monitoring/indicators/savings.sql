/*
number = "11"
name_id = "Simpanan wajib anggota"
name_en = "Mandatory savings of members"
unit = "membership"
dimensions = ["kabupaten of the membership", "month", "programme of the member's family"]
needs = ["FAMILIES", "EXITS", "MEMBERS"]
disclosure = "people"
constraints = ["savings_due = savings_paid + savings_unpaid + savings_unknown"]
sums = [
    "savings_due = savings_paid + savings_unpaid + savings_unknown",
]
source = "docs/figures.md, indicator 11: periods paid / periods due"
version = 1
since = 2026-11-29

[population]
id = "keanggotaan yang berlaku sepanjang bulan itu, menurut program keluarga orang itu pada akhir bulan (NONE: bukan orang dari keluarga penerima)"
en = "memberships in force in the whole month, by the programme of the person's family at its end (NONE: of no recipient family)"

[numerator]
id = "di antaranya, yang simpanan wajib bulan itu tercatat dibayar; yang tercatat belum dibayar"
en = "of these, those whose savings of the month are recorded as paid; as not paid"

[denominator]
id = "semua keanggotaan itu; selisihnya belum diketahui: koperasi belum mencatat apa pun"
en = "all of these; the rest is unknown: the cooperative has recorded nothing"

[follow_up]
id = "bulan kalender; tunggakan yang dibayar kemudian dihitung pada revisi berikutnya"
en = "the calendar month; arrears paid later count in the next revision"

[not_counted]
id = "Bulan bergabung dan bulan berakhirnya keanggotaan: simpanan pertama dibayar bersama pendaftaran dan akan menaikkan angkanya."
en = "The month of joining and the month of the end: the first savings are paid with the application and would flatter the figure."

[caveats]
id = "Dibayar atau tidak, bukan berapa: jumlah uang tidak meninggalkan koperasi. Yang belum diketahui bukan yang belum membayar."
en = "Paid or not, not how much: no amount leaves the cooperative. Unknown is not unpaid."

[parts."i11.due"]
id = "perubahan bersih jumlah keanggotaan yang berlaku sepanjang bulan"
en = "net change in the number of memberships in force in the whole month"
kind = "stock"
measure = "savings_due"
unit = "membership"
programmes = "persons"

[parts."i11.answers"]
id = "savings_paid: tercatat dibayar, juga bila kemudian; savings_unpaid: tercatat belum dibayar"
en = "savings_paid: recorded as paid, also later; savings_unpaid: recorded as not paid"
kind = "flow"
measures = ["savings_paid", "savings_unpaid"]
unit = "membership"
programmes = "persons"
*/
with
-- the months from since to before until; whoever joined on a first day was there in the whole month
due as (
    select
        person,
        membership,
        left(region, 5) as district,
        date_trunc(
            'month', if(day(since) = 1, since, last_day(since) + 1)
        ) as first_due,
        date_trunc('month', until) as due_until,
    from member
),

held as (
    select district, 'NONE' as programme, first_due as since, due_until as until, 1 as memberships
    from due
    where first_due < due_until
    union all
    select
        due.district,
        unnest([recipient.programme, 'NONE']),
        greatest(due.first_due, date_trunc('month', recipient.since)),
        least(due.due_until, date_trunc('month', recipient.until)),
        unnest([1, -1]),
    from due
    inner join recipient
        on recipient.person = due.person
        and greatest(due.first_due, date_trunc('month', recipient.since))
            < least(due.due_until, date_trunc('month', recipient.until))
),

step as (
    select
        district,
        programme,
        unnest([since, until]) as month,
        unnest([memberships, -memberships]) as change,
    from held
),

answered as (
    select
        due.district,
        coalesce(recipient.programme, 'NONE') as programme,
        said.month,
        if(said.paid, 'savings_paid', 'savings_unpaid') as band,
    from member_month as said
    inner join due
        on due.person = said.person
        and due.membership = said.membership
        and due.first_due <= said.month
        and said.month < due.due_until
    left join recipient
        on recipient.person = due.person
        and date_trunc('month', recipient.since) <= said.month
        and said.month < date_trunc('month', recipient.until)
    where said.paid is not null
),

cells as (
    select 'i11.due' as part, district, month, programme, '' as band, change as value
    from step
    where month < date '9999-12-01'
    union all
    select 'i11.answers', district, month, programme, band, 1
    from answered
)

select
    part,
    district as region,
    strftime(month, '%Y-%m') as period,
    programme,
    band,
    sum(value)::bigint as value,
from cells
group by all
