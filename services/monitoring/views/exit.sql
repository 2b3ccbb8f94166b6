-- One row: a family left, with its programme and place on its last day.
--
-- `reason` is SELF_SUFFICIENT for an approved graduation. A family that is enrolled
-- again afterwards has left all the same.
select
    family,
    family_number,
    programme,
    subdistrict,
    district,
    area,
    decile_band,
    last_day as left_on,
    reason,
from family_version
where reason is not null
