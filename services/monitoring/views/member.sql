-- One row: a person is a member from `since` to before `until`.
select
    person,
    activated_on as since,
    coalesce(ended_on, date '9999-12-31') as until,
from membership
where activated_on < coalesce(ended_on, date '9999-12-31')
