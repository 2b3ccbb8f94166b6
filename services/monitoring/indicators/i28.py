"""28 Reconciliation: the same count from both ministries' sides must be the same."""

from services.monitoring.indicators.definition import Indicator

INDICATOR = Indicator(
    number="28",
    name_id="Selisih hitungan kedua kementerian",
    name_en="Difference between the two ministries' counts",
    unit="family",
    disclosure="open",
    parts={
        "i28.difference": "|joined families of indicator 01 - families that list an active member, "
        "counted from the memberships|, at the same day and place; must be 0",
    },
    source="domain.md section 6, indicator 28: |social affairs' count - cooperatives' count|",
    rules={},
)
