-- One row: the hash of a family that may have several enrolments.
--
-- Eight bytes take less memory than pseudonyms when ten million are grouped. Two
-- families with one hash only take the longer way in `enrolment`.
select hash(subject) as family_hash
from family_enrolled
group by family_hash
having count(*) > 1
