/*
number = "13"
name_id = "Jatuh kembali setelah graduasi"
name_en = "Falling back after graduation"
unit = "family"
dimensions = ["kabupaten on the day of graduation", "month of graduation; of the silent the month", "programme"]
needs = ["FAMILIES", "EXITS"]
disclosure = "people"
constraints = [
    "graduated_12 = relapsed_12 + well_12 + not_seen_12",
    "graduated_24 = relapsed_24 + well_24 + not_seen_24",
    "followed_up = seen + silent",
]
sums = [
    "graduated_12 = relapsed_12 + well_12 + not_seen_12",
    "graduated_24 = relapsed_24 + well_24 + not_seen_24",
    "relapsed_24 = relapsed_12 + relapsed_13_24",
    "followed_up = seen + silent",
]
source = "docs/figures.md, indicator 13: known to have fallen back within 12 (24) months of a graduation / graduations; silence bounds it"
version = 2
since = 2026-11-29

[population]
id = "graduasi sejahtera mandiri yang disetujui, menurut bulan persetujuan"
en = "approved self-sufficient graduations by the month of approval"

[numerator]
id = "di antaranya, keluarga yang diketahui jatuh kembali dalam 365 atau 730 hari: terdaftar kembali di program mana pun, tidak lagi mandiri menurut kunjungan, atau desilnya dari luar batas (6–10) kembali ke 1–5"
en = "of these, families known to have fallen back within 365 or 730 days: enrolled again in any programme, no longer self-reliant by a visit, or their decile from beyond the cut-off (6–10) back inside it"

[denominator]
id = "semua graduasi tersebut yang telah diikuti selama itu; yang tidak diketahui ditampilkan sendiri"
en = "all of these that have been followed for as long; those of whom nothing is known are shown apart"

[follow_up]
id = "365 dan 730 hari sejak persetujuan, dan 90 hari lagi: kunjungan berbicara tentang 90 hari sebelum dan sesudahnya; suatu bulan ditampilkan setelah semua keluarganya diikuti penuh"
en = "365 and 730 days from the approval, and 90 days more: a visit speaks of the 90 days before and after it; a cohort is shown when every family in it has been followed to the end"

[not_counted]
id = "Keluarga yang keluar dengan sebab lain; kunjungan sesudah keluarga terdaftar kembali."
en = "Families that left otherwise; visits after a family was enrolled again."

[caveats]
id = "Jatuh kembali sekurang-kurangnya relapsed, sebanyak-banyaknya relapsed + not_seen: siapa yang tidak dikunjungi tidak dihitung baik. Kabupaten yang tidak mencatat kunjungan tampak sebagai not_seen. Siapa yang pernah jatuh kembali dalam waktu itu tetap dihitung, juga bila kemudian mandiri lagi. Terdaftar kembali dan kunjungan adalah tanda, bukan ukuran, dari jatuh kembali di bawah garis kemiskinan."
en = "At least relapsed have fallen back, at most relapsed + not_seen: who was not visited is not counted as well. A kabupaten that records no visits shows as not_seen. Who fell back once within that time counts, also when self-reliant again later. A new enrolment and a visit are signs, not measures, of falling back below the poverty line."

[parts."i13.within_12"]
id = "graduated_12: graduasi; relapsed_12: diketahui jatuh kembali dalam 365 hari (kunjungan sampai hari ke-455); well_12: selebihnya yang ditemui masih mandiri antara hari ke-275 dan ke-455; not_seen_12: yang lain"
en = "graduated_12: graduations; relapsed_12: known to have fallen back within 365 days (visits up to day 455); well_12: of the others those found self-reliant between days 275 and 455; not_seen_12: the rest"
kind = "cohort"
follow_days = 455
measures = ["graduated_12", "relapsed_12", "well_12", "not_seen_12"]
unit = "family"
programmes = "recipients"

[parts."i13.within_24"]
id = "graduated_24: graduasi; relapsed_24: diketahui jatuh kembali dalam 730 hari (kunjungan sampai hari ke-820); well_24: selebihnya yang ditemui masih mandiri antara hari ke-640 dan ke-820; not_seen_24: yang lain"
en = "graduated_24: graduations; relapsed_24: known to have fallen back within 730 days (visits up to day 820); well_24: of the others those found self-reliant between days 640 and 820; not_seen_24: the rest"
kind = "cohort"
follow_days = 820
measures = ["graduated_24", "relapsed_24", "well_24", "not_seen_24"]
unit = "family"
programmes = "recipients"

[parts."i13.silence"]
id = "followed_up: keluarga graduasi yang masih akan dikunjungi, pada akhir bulan; silent: di antaranya, tidak ditemui selama 90 hari atau lebih, dihitung dari graduasi atau kunjungan terakhir yang menemui keluarga"
en = "followed_up: graduates who are still to be visited, at the end of the month; silent: of these, not seen for 90 days or more, from the graduation or the last visit that found the family"
kind = "stock"
measures = ["followed_up", "silent"]
unit = "family"
programmes = "recipients"
*/
with
graduate as (
    select
        graduated.family,
        graduated.district,
        graduated.programme,
        graduated.decile_band,
        graduated.left_on,
        min(again.enrolled_on) as again_on,
        (graduated.left_on + interval 24 month)::date as last_due_on,
    from exit as graduated
    left join enrolled_again as again
        on again.family = graduated.family and again.enrolled_on > graduated.left_on
    where graduated.reason = 'SELF_SUFFICIENT'
    group by all
),

visit as (
    select
        graduate.family,
        graduate.left_on,
        visited.visited_on,
        visited.visited_on - graduate.left_on as days,
        visited.outcome,
        visited.self_reliance,
        graduate.decile_band = 'D6_10' and visited.decile_band <> 'D6_10' as is_inside,
    from graduate
    inner join family_visited as visited
        on visited.subject = graduate.family
        and visited.visited_on > graduate.left_on
        and visited.visited_on < coalesce(graduate.again_on, date '9999-12-31')
),

version as (
    select subject as family, version, effective_on as since, event, sequence, decile_band
    from family_changed
    union all
    select family, version, enrolled_on, event, sequence, decile_band
    from enrolment
),

ranked as (
    select
        graduate.left_on,
        version.*,
        row_number() over (
            partition by graduate.family, graduate.left_on
            order by version.version, version.since, version.event, version.sequence
        ) as place,
    from graduate
    inner join version using (family)
    where graduate.decile_band = 'D6_10'
),

highest as (
    select *
    from ranked
    qualify place = max(place) over (
        partition by family, left_on order by since, place rows unbounded preceding
    )
),

in_force as (
    select
        *,
        lead(since, 1, date '9999-12-31') over (
            partition by family, left_on order by since, place
        ) as until,
    from highest
),

sign as (
    select family, left_on, again_on - left_on as days
    from graduate
    where again_on is not null
    union all
    select family, left_on, days - 90
    from visit
    where self_reliance = 'NO_LONGER' or is_inside
    union all
    select family, left_on, since - left_on
    from in_force
    where since > left_on and since < until and decile_band <> 'D6_10'
),

fallen as (
    select family, left_on, min(days) as days
    from sign
    group by family, left_on
),

horizon as (
    select *, unnest([12, 24]) as months
    from graduate
),

well as (
    select distinct horizon.family, horizon.left_on, horizon.months
    from horizon
    inner join visit using (family, left_on)
    where visit.self_reliance = 'STILL'
        and abs(visit.days - 365 * horizon.months // 12) <= 90
),

followed as (
    select
        horizon.*,
        case
            when fallen.days <= 365 * horizon.months // 12 then 'relapsed'
            when well.family is not null then 'well'
            else 'not_seen'
        end as state,
    from horizon
    left join fallen using (family, left_on)
    left join well using (family, left_on, months)
),

point as (
    select family, left_on, left_on as day, true as was_found
    from graduate
    union all
    select
        family,
        left_on,
        visited_on,
        not bool_or(outcome in ('MOVED', 'DECEASED')),
    from visit
    where outcome <> 'NOT_FOUND'
    group by family, left_on, visited_on
),

stretch as (
    select
        *,
        lead(day, 1, date '9999-12-31') over (
            partition by family, left_on order by day
        ) as next_on,
    from point
),

due as (
    select
        graduate.district,
        graduate.programme,
        stretch.day as seen_on,
        least(
            stretch.next_on,
            graduate.last_due_on + 91,
            coalesce(graduate.again_on, date '9999-12-31')
        ) as until,
    from stretch
    inner join graduate using (family, left_on)
    where stretch.was_found and stretch.day < graduate.last_due_on - 30
),

change as (
    select
        district,
        programme,
        unnest([seen_on, until]) as day,
        'followed_up' as band,
        unnest([1, -1]) as value,
    from due
    union all
    select
        district,
        programme,
        unnest([seen_on + 90, until]),
        'silent',
        unnest([1, -1]),
    from due
    where seen_on + 90 < until
),

cells as (
    select
        concat('i13.within_', months) as part,
        district,
        strftime(left_on, '%Y-%m') as period,
        programme,
        concat(unnest(['graduated', state]), '_', months) as band,
        1 as value,
    from followed
    union all
    select
        'i13.silence',
        district,
        strftime(day, '%Y-%m'),
        programme,
        band,
        value,
    from change
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
