-- One row: a family has had a module within the last twelve months, the current included.
--
-- It holds at the month ends from `since` to before `until`. ALL is all six modules.
with
lesson as (
    select distinct family_number, month, unnest(modules) as module
    from attendance
),

one as (
    select
        family_number,
        module,
        month as since,
        least(
            (month + interval 12 months)::date,
            lead(month, 1, date '9999-12-31') over (
                partition by family_number, module order by month
            )
        ) as until,
    from lesson
),

step as (
    select
        family_number,
        unnest([since, until]) as month,
        unnest([1, -1]) as change,
    from one
),

net as (
    select family_number, month, sum(change) as change
    from step
    group by family_number, month
),

counted as (
    select
        family_number,
        month as since,
        lead(month, 1, date '9999-12-31') over (
            partition by family_number order by month
        ) as until,
        sum(change) over (partition by family_number order by month) as modules,
    from net
)

select family_number, module, since, until from one
union all
select family_number, 'ALL', since, until from counted where modules = 6
