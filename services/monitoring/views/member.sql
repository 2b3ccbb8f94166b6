-- One row: a person is a member of a cooperative from `since` to before `until`.
select
    person,
    membership,
    cooperative,
    region,
    activated_on as since,
    coalesce(ended_on, date '9999-12-31') as until,
from membership
where activated_on < coalesce(ended_on, date '9999-12-31')
