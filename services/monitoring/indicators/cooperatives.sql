/*
number = "21"
name_id = "Koperasi terdaftar dan beroperasi"
name_en = "Cooperatives registered and operating"
unit = "cooperative"
dimensions = ["kabupaten", "month, year of the meeting", "band: members"]
needs = ["COOPERATIVES"]
disclosure = "open"
constraints = ["registered = operating + not_operating", "operating = operating_by_size, added up"]
sums = [
    "registered = operating + not_operating",
    "operating = operating_by_size[*]",
]
source = "docs/figures.md, indicator 21: operating / registered"
version = 3
since = 2026-11-29

[population]
id = "koperasi yang terdaftar"
en = "registered cooperatives"

[numerator]
id = "di antaranya, yang berstatus OPERATING pada akhir bulan"
en = "of these, those whose status is OPERATING at the end of the month"

[denominator]
id = "yang tidak ditutup pada akhir bulan"
en = "those that are not closed at the end of the month"

[follow_up]
id = "tidak ada: jumlah pada setiap akhir bulan"
en = "none: a stock at each month end"

[not_counted]
id = "Keanggotaan dan rapat koperasi yang tidak terdaftar."
en = "Memberships and meetings of cooperatives that are not registered."

[caveats]
id = "Beroperasi adalah status yang dicatat kantor koperasi, bukan hasil pemeriksaan usaha."
en = "Operating is the status that the cooperatives' office recorded, not the result of an inspection."

[parts."i21.registered"]
id = "perubahan bersih pada akhir bulan dari koperasi yang terdaftar dan tidak ditutup"
en = "net month-end change of cooperatives registered and not closed"
kind = "stock"
measure = "registered"
unit = "cooperative"
disclosure = "open"

[parts."i21.operating"]
id = "perubahan bersih pada akhir bulan dari koperasi terdaftar yang berstatus OPERATING"
en = "net month-end change of registered cooperatives that are OPERATING"
kind = "stock"
measure = "operating"
unit = "cooperative"
disclosure = "open"

[parts."i21.size"]
id = "yang berstatus OPERATING menurut jumlah keanggotaan yang berlaku pada akhir bulan"
en = "those that are OPERATING by the number of memberships in force at month end"
kind = "stock"
measure = "operating_by_size"
unit = "cooperative"
disclosure = "open"
bands = ["000-019", "020-049", "050-099", "100-199", "200+"]
needs = ["COOPERATIVES", "MEMBERS"]

[parts."i21.annual_meeting"]
id = "koperasi yang mengadakan rapat anggota tahunan untuk tahun buku itu; dua rapat dihitung satu kali"
en = "cooperatives that held the annual meeting of the financial year; two meetings count once"
kind = "year"
measure = "annual_meeting"
unit = "cooperative"
disclosure = "open"

[parts."i21.mentored"]
id = "koperasi yang manajemennya didampingi paling sedikit satu kali dalam tahun itu"
en = "cooperatives whose management was mentored at least once in the year"
kind = "year"
measure = "mentored"
unit = "cooperative"
disclosure = "open"

[parts."i21.capital"]
id = "koperasi yang menerima modal dalam bentuk itu paling sedikit satu kali dalam tahun itu"
en = "cooperatives that got capital in that form at least once in the year"
kind = "year"
measure = "capital_granted"
unit = "cooperative"
disclosure = "open"
bands = ["GRANT", "LOAN", "REVOLVING_FUND", "PARTICIPATION"]
*/
with
stock as (
    select 'i21.registered' as part, district, since, until
    from cooperative_status
    where status <> 'CLOSED'
    union all
    select 'i21.operating', district, since, until
    from cooperative_status
    where status = 'OPERATING'
),

-- a cooperative's memberships and whether it operates change on the same line of months
event_of_one as (
    select
        cooperative::varchar as cooperative,
        unnest([since, until]) as month,
        0 as members,
        unnest([1, -1]) as operating,
    from cooperative_status
    where status = 'OPERATING'
    union all
    select
        cooperative,
        date_trunc('month', unnest([since, until])),
        unnest([1, -1]),
        0,
    from member
),

net as (
    select
        cooperative,
        month,
        sum(members) as members,
        sum(operating) as operating,
    from event_of_one
    group by cooperative, month
),

counted as (
    select
        cooperative,
        month as since,
        lead(month, 1, date '9999-12-01') over (
            partition by cooperative order by month
        ) as until,
        sum(members) over (partition by cooperative order by month) as members,
        sum(operating) over (partition by cooperative order by month) as operating,
    from net
),

place as (
    select distinct cooperative::varchar as cooperative, district
    from cooperative_status
),

sized as (
    select
        place.district,
        counted.since,
        counted.until,
        case
            when counted.members < 20 then '000-019'
            when counted.members < 50 then '020-049'
            when counted.members < 100 then '050-099'
            when counted.members < 200 then '100-199'
            else '200+'
        end as size,
    from counted
    inner join place using (cooperative)
    where counted.operating = 1 and counted.since < date '9999-12-01'
),

step as (
    select
        part,
        district,
        '' as band,
        unnest([since, until]) as month,
        unnest([1, -1]) as change,
    from stock
    union all
    select
        'i21.size',
        district,
        size,
        unnest([since, until]),
        unnest([1, -1]),
    from sized
),

cells as (
    select part, district, strftime(month, '%Y-%m') as period, band, change
    from step
    where month < date '9999-12-01'
    union all
    select distinct
        'i21.annual_meeting',
        place.district,
        printf('%04d', meeting.year),
        meeting.cooperative::varchar,
        1,
    from cooperative_annual_meeting as meeting
    inner join place on place.cooperative = meeting.cooperative::varchar
    union all
    select distinct
        'i21.mentored',
        place.district,
        printf('%04d', year(mentoring.mentored_on)),
        place.cooperative,
        1,
    from cooperative_mentoring_recorded as mentoring
    inner join place on place.cooperative = mentoring.subject
),

-- once for each cooperative, year and form
capital as (
    select distinct
        place.district,
        place.cooperative,
        printf('%04d', year(granted.granted_on)) as period,
        granted.kind,
    from cooperative_capital_granted as granted
    inner join place on place.cooperative = granted.subject
)

select
    part,
    district as region,
    period,
    '' as programme,
    if(part in ('i21.annual_meeting', 'i21.mentored'), '', band) as band,
    sum(change)::bigint as value,
from cells
group by all
union all
select 'i21.capital', district, period, '', kind, count(*)
from capital
group by all
