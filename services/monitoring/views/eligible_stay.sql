-- One row: an enrolled family that the latest assessment found eligible, in one place.
--
-- It holds at the month ends from `since` to before `until`. An assessment holds until
-- the next one; of several on one day the last counts (rule, event id).
with
assessment as (
    select
        subject as family,
        eligible,
        assessed_on,
        lead(assessed_on, 1, date '9999-12-31') over (
            partition by subject order by assessed_on, rule, event, sequence
        ) as next_on,
    from eligibility_assessed
)

select
    stay.family_number,
    stay.programme,
    stay.district,
    stay.decile_band,
    greatest(date_trunc('month', assessment.assessed_on), stay.since) as since,
    least(date_trunc('month', assessment.next_on), stay.until) as until,
from assessment
inner join stay using (family)
where assessment.eligible
    and greatest(date_trunc('month', assessment.assessed_on), stay.since)
        < least(date_trunc('month', assessment.next_on), stay.until)
