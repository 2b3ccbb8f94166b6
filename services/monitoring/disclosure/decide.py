"""What a release shows of a table."""

from services.monitoring.disclosure.blocks import Blocks
from services.monitoring.disclosure.primary import primary, told_by_parts
from services.monitoring.disclosure.secondary import Protection
from services.monitoring.disclosure.sticky import Stickiness, Values
from services.monitoring.disclosure.table import History, Table


def decide(table: Table, history: History = ()) -> Values:
    """The value of every figure before rounding, nothing where it is hidden.

    After it, everything that is not shown exactly has at least K possible values for whoever knows
    all that is shown exactly; figures shown exactly differ from what they and their neighbours show
    elsewhere by 0 or at least K. It depends on its arguments alone.

    Raises:
        ValueError: a sum of the table does not hold.
    """
    sticky, protection, hidden = (
        Stickiness(table, history),
        Protection(table, history),
        primary(table),
    )
    while True:
        values = sticky.values(hidden)
        blocks = Blocks(table, values, sticky.exact(values), protection.sums)
        extra = (protection.needed(blocks) | told_by_parts(table, values)) - hidden
        if not extra:
            return values
        hidden |= extra
