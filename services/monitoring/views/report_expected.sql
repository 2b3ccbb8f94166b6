-- One row: a month that a source is to report in a list of a district.
--
-- Up to the last month that anybody has closed or reopened anywhere: no clock says how late it is.
with
obligation as (
    select source, "list", district, first_month, last_month
    from report_obligation_set
    qualify row_number() over (
        partition by source, "list", district
        order by version desc, event desc, sequence desc
    ) = 1
),

last_closed as (
    select max(month) as month from report_step
)

select
    obligation.source,
    obligation.list,
    obligation.district,
    strftime(unnest(generate_series(
        strptime(obligation.first_month, '%Y-%m'),
        strptime(
            least(coalesce(obligation.last_month, last_closed.month), last_closed.month), '%Y-%m'
        ),
        interval 1 month
    )), '%Y-%m') as month,
from obligation
cross join last_closed
