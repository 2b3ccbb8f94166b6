/*
number = "28"
name_id = "Selisih hitungan kedua kementerian"
name_en = "Difference between the two ministries' counts"
unit = "family, record"
dimensions = ["kabupaten", "month", "band: office, size of the difference"]
needs = ["FAMILIES", "EXITS", "MEMBERS"]
disclosure = "mixed"
constraints = ["compared = offices_apart, added up"]
sums = ["compared = offices_apart[*]"]
source = "docs/figures.md, indicator 28: |social affairs' count - cooperatives' count|"
version = 4
since = 2026-11-29

[population]
id = "kabupaten dan bulan yang hitungannya dinyatakan oleh kantor"
en = "kabupaten and months for which an office has declared its count"

[numerator]
id = "selisih antara kedua kantor, dan antara setiap kantor dan hitungan dari kejadian (01, joined, PKH)"
en = "the difference between both offices, and between each office and the count from the events (01, joined, PKH)"

[denominator]
id = "hitungan masing-masing kantor"
en = "each office's own count"

[follow_up]
id = "tidak ada: jumlah pada setiap akhir bulan"
en = "none: a stock at each month end"

[not_counted]
id = "Kabupaten dan bulan tanpa pernyataan, yang belum dilaporkan; program selain PKH."
en = "Kabupaten and months without a declaration, which are not reported; programmes other than PKH."

[caveats]
id = "Hitungan kantor adalah pernyataan kantor itu sendiri, bukan hasil perhitungan kejadian. Selisih ditampilkan menurut kelas selebar sebelas angka atau lebih: dari selisih nol, hitungan yang dirahasiakan di 01 dapat terbaca."
en = "An office's count is its own statement, not counted from events. Differences are shown in classes of eleven values or more: a difference of nothing would give a count away that 01 hides."

[parts."i28.declared"]
id = "keluarga PKH yang bergabung pada akhir bulan menurut kantor itu sendiri (BENEFICIARY: dinas sosial, COOPERATIVE: dinas koperasi), versi tertinggi"
en = "joined PKH families at the end of the month by the office itself (BENEFICIARY: social affairs, COOPERATIVE: cooperatives), highest version"
kind = "flow"
measure = "declared"
unit = "family"
programmes = "PKH"
bands = ["BENEFICIARY", "COOPERATIVE"]
needs = []
said_by = "declarations"

[parts."i28.declarations"]
id = "pernyataan hitungan menurut kantor: 1 bila kantor itu menyatakan hitungannya untuk kabupaten dan bulan itu"
en = "declared counts by office: 1 where the office has declared its count for the kabupaten and month"
kind = "flow"
measure = "declarations"
unit = "record"
disclosure = "open"
bands = ["BENEFICIARY", "COOPERATIVE"]
needs = []

[parts."i28.offices_apart"]
id = "kabupaten yang hitungan kedua kantornya berselisih sebanyak itu"
en = "kabupaten in which both offices differ by so many"
kind = "flow"
measure = "offices_apart"
unit = "record"
disclosure = "open"
bands = ["000-010", "011-050", "051+"]
needs = []
said_by = "compared"

[parts."i28.log_apart"]
id = "kabupaten yang hitungan kantornya berselisih sebanyak itu dari hitungan kejadian"
en = "kabupaten in which an office differs by so many from the count of the events"
kind = "flow"
measure = "log_apart"
unit = "record"
disclosure = "open"
bands = ["BENEFICIARY.000-010", "BENEFICIARY.011-050", "BENEFICIARY.051+", "COOPERATIVE.000-010", "COOPERATIVE.011-050", "COOPERATIVE.051+"]
said_by = "declarations"

[parts."i28.members_side"]
id = "perubahan bersih jumlah keluarga pada akhir bulan yang mencantumkan anggota, dihitung dari keanggotaan: berapa keanggotaan yang berlaku di setiap keluarga"
en = "net change of the month-end stock of families that list a member, counted from the memberships: how many are active in each family"
*/
with
active as (
    select
        link.family_number,
        link.district,
        link.programme,
        date_trunc('month', greatest(link.since, member.since)) as since,
        date_trunc('month', least(link.until, member.until)) as until,
    from member
    inner join link using (person)
),

step as (
    select
        family_number,
        district,
        programme,
        unnest([since, until]) as month,
        unnest([1, -1]) as change,
    from active
    where since < until
),

at_month_end as (
    select family_number, district, programme, month, sum(change) as change
    from step
    group by family_number, district, programme, month
),

counted as (
    select
        *,
        sum(change) over (
            partition by family_number, district, programme order by month
        ) as memberships,
    from at_month_end
),

flow as (
    select
        district,
        programme,
        month,
        sum((memberships > 0)::int - (memberships - change > 0)::int) as families,
    from counted
    where month < date '9999-12-01'
    group by district, programme, month
),

office as (
    select
        upper(split_part(source, ':', 3)) as office,
        district,
        month,
        declared,
    from count_declared
    where measure = 'JOINED_FAMILIES'
),

compared as (
    select
        office.office,
        office.district,
        office.month,
        office.declared,
        office.declared - coalesce(sum(flow.families), 0) as apart,
    from office
    left join flow
        on flow.district = office.district
        and flow.programme = 'PKH'
        and strftime(flow.month, '%Y-%m') <= office.month
    group by office.office, office.district, office.month, office.declared
),

-- both ministries of one kabupaten and month
pair as (
    select district, month, max(declared) - min(declared) as apart
    from office
    where office in ('BENEFICIARY', 'COOPERATIVE')
    group by district, month
    having count(*) = 2
),

difference as (
    select 'i28.offices_apart' as part, district, month, '' as office, apart from pair
    union all
    select 'i28.log_apart', district, month, office || '.', abs(apart) from compared
),

cells as (
    select
        'i28.members_side' as part,
        district,
        strftime(month, '%Y-%m') as period,
        programme,
        '' as band,
        families as value,
    from flow
    union all
    select 'i28.declared', district, month, 'PKH', office, declared
    from compared
    union all
    select 'i28.declarations', district, month, '', office, 1 from compared
    union all
    select
        part,
        district,
        month,
        '',
        concat(
            office,
            case
                when apart <= 10 then '000-010'
                when apart <= 50 then '011-050'
                else '051+'
            end
        ),
        1,
    from difference
)

select
    part,
    district as region,
    period,
    programme,
    band,
    sum(value)::bigint as value,
from cells
group by all
