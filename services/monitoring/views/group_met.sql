-- One row: a family group met for P2K2 at least once in a month.
select distinct
    family_group::varchar as family_group,
    date_trunc('month', held_on) as month,
from session
where activity = 'P2K2' and family_group is not null
