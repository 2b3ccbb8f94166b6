-- One row: a family in one programme, place and decile band has a member.
--
-- It holds at the month ends from `since` to before `until`. Several members
-- at a time count once: what overlaps or touches is one row.
with
overlap as (
    select
        link.family_number,
        link.programme,
        link.subdistrict,
        link.area,
        link.decile_band,
        date_trunc('month', greatest(link.since, member.since)) as since,
        date_trunc('month', least(link.until, member.until)) as until,
    from link
    inner join member using (person)
),

reached as (
    select
        *,
        max(until) over (
            partition by family_number, programme, subdistrict, area, decile_band
            order by since, until
            rows between unbounded preceding and 1 preceding
        ) as covered_until,
    from overlap
    where since < until
),

numbered as (
    select
        *,
        count(*) filter (covered_until is null or covered_until < since) over (
            partition by family_number, programme, subdistrict, area, decile_band
            order by since, until
            rows unbounded preceding
        ) as period,
    from reached
)

select
    family_number,
    programme,
    subdistrict,
    area,
    decile_band,
    min(since) as since,
    max(until) as until,
from numbered
group by family_number, programme, subdistrict, area, decile_band, period
