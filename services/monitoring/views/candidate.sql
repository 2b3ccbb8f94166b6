-- One row: a person's first referral, of somebody who was no member on that day.
select *
from referral
where person not in (
    select referral.person
    from referral
    inner join member using (person)
    where member.since < referral.issued_on and referral.issued_on < member.until
)
