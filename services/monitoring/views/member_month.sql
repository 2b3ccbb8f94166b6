-- One row: what is recorded of a membership's month: null where nobody said anything.
--
-- Of several statements on one month one yes is enough: arrears are paid later.
with
said as (
    select subject, membership, "month", paid, null::boolean as transacted
    from membership_savings_recorded
    union all
    select subject, membership, "month", null, transacted
    from membership_transactions_recorded
)

select
    subject as person,
    membership,
    strptime("month", '%Y-%m')::date as month,
    bool_or(paid) as paid,
    bool_or(transacted) as transacted,
from said
group by subject, membership, "month"
