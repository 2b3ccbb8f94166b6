/*
number = "27"
name_id = "Mutu data"
name_en = "Data quality"
unit = "record"
dimensions = ["kabupaten of the record", "month of the fact", "band: list, days"]
needs = []
disclosure = "people"
constraints = ["recorded of each list = recorded_by_lag, added up"]
source = "docs/figures.md, indicator 27: linkage, duplicates, days from fact to record, corrections"
version = 1
since = 2026-11-28

[population]
id = "catatan pendaftaran keluarga, rujukan, keanggotaan aktif dan pertemuan, menurut bulan kejadiannya"
en = "records of enrolled families, referrals, activated memberships and sessions, by the month of the fact"

[numerator]
id = "catatan menurut hari dari kejadian sampai dicatat; catatan ganda; catatan yang dikoreksi; keluarga dengan identitas"
en = "records by days from the fact to the record; repeated records; corrected records; families registered by identity"

[denominator]
id = "semua catatan itu"
en = "all of these records"

[follow_up]
id = "tidak ada"
en = "none"

[not_counted]
id = "Daftar lain: kehadiran, penugasan, pelatihan."
en = "Other lists: attendance, assignments, trainings."

[caveats]
id = "Catatan yang ditolak di pintu tidak pernah menjadi kejadian dan tidak tampak di sini."
en = "Records that were refused at the door never became events and are not seen here."

[parts."i27.recorded"]
id = "catatan menurut daftar dan bulan kejadian"
en = "records by list and month of the fact"
kind = "flow"
measure = "recorded"
bands = ["families", "referrals", "members", "sessions"]

[parts."i27.lag_families"]
id = "catatan daftar families menurut hari dari kejadian sampai dicatat; median dan persentil ke-95 dibaca dari kelas ini"
en = "records of the list families by days from the fact to the record; median and 95th percentile are read from these classes"
kind = "flow"
measure = "lag_families"
bands = ["000-007", "008-030", "031-090", "091+"]

[parts."i27.lag_referrals"]
id = "catatan daftar referrals menurut hari dari kejadian sampai dicatat; median dan persentil ke-95 dibaca dari kelas ini"
en = "records of the list referrals by days from the fact to the record; median and 95th percentile are read from these classes"
kind = "flow"
measure = "lag_referrals"
bands = ["000-007", "008-030", "031-090", "091+"]

[parts."i27.lag_members"]
id = "catatan daftar members menurut hari dari kejadian sampai dicatat; median dan persentil ke-95 dibaca dari kelas ini"
en = "records of the list members by days from the fact to the record; median and 95th percentile are read from these classes"
kind = "flow"
measure = "lag_members"
bands = ["000-007", "008-030", "031-090", "091+"]

[parts."i27.lag_sessions"]
id = "catatan daftar sessions menurut hari dari kejadian sampai dicatat; median dan persentil ke-95 dibaca dari kelas ini"
en = "records of the list sessions by days from the fact to the record; median and 95th percentile are read from these classes"
kind = "flow"
measure = "lag_sessions"
bands = ["000-007", "008-030", "031-090", "091+"]

[parts."i27.repeated"]
id = "kejadian yang diterbitkan lagi dengan nomor lain"
en = "facts that were published again under another id"
kind = "flow"
measure = "repeated"
bands = ["repeated_families", "repeated_referrals", "repeated_members", "repeated_sessions"]

[parts."i27.corrected"]
id = "catatan yang diganti dengan koreksi"
en = "records that a correction replaced"
kind = "flow"
measure = "corrected"
bands = ["corrected_families", "corrected_referrals", "corrected_members", "corrected_sessions"]

[parts."i27.linked"]
id = "pendaftaran keluarga dengan identitas"
en = "enrolments of families registered by identity"
kind = "flow"
measure = "linked"
*/
with
record as (
    select
        'families' as list,
        left(region, 5) as district,
        enrolled_on as day,
        recorded,
        event,
        concat(subject, '/', coalesce(version, 1)) as fact,
        len(persons) > 0 as linked,
        source,
        sequence,
    from family_enrolled
    union all
    select
        'referrals',
        left(region, 5),
        issued_on,
        recorded,
        event,
        referral::varchar,
        false,
        source,
        sequence,
    from referral_issued
    union all
    select
        'members',
        left(region, 5),
        activated_on,
        recorded,
        event,
        membership::varchar,
        false,
        source,
        sequence,
    from membership_activated
    union all
    select
        'sessions', district, held_on, recorded, event, subject, false, source, sequence,
    from session_held
),

-- an event that arrives under two sequences is one record
published as (
    select
        *,
        (recorded + interval 7 hours)::date - day as lag,
    from record
    qualify row_number() over (
        partition by list, event order by recorded, sequence
    ) = 1
),

placed as (
    select
        published.*,
        row_number() over (
            partition by list, fact order by day, event, sequence
        ) > 1 as is_repeated,
        correction.corrected is not null as is_corrected,
    from published
    left join correction using (source, sequence)
),

cells as (
    select
        district,
        day,
        unnest([
            'i27.recorded',
            concat('i27.lag_', list),
            if(is_repeated, 'i27.repeated', null),
            if(is_corrected, 'i27.corrected', null),
            if(linked, 'i27.linked', null)
        ]) as part,
        unnest([
            list,
            case
                when lag <= 7 then '000-007'
                when lag <= 30 then '008-030'
                when lag <= 90 then '031-090'
                else '091+'
            end,
            'repeated_' || list,
            'corrected_' || list,
            ''
        ]) as band,
    from placed
)

select
    part,
    district as region,
    strftime(day, '%Y-%m') as period,
    '' as programme,
    band,
    count(*) as value,
from cells
where part is not null
group by all
