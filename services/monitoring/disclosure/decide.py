"""What a release shows of a table."""

from services.monitoring.disclosure.blocks import Blocks
from services.monitoring.disclosure.months import in_order
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
    sticky, values = Stickiness(table, history), Values()
    for month in in_order(table):
        _decide(month, sticky, values, history)
    return values


def _decide(part: Table, sticky: Stickiness, values: Values, history: History) -> None:
    """Add what a part of the table shows, the months before it being decided."""
    protection, hidden = Protection(part, history), primary(part)
    while True:
        sticky.show(part.counts, hidden, values)
        shown = {one: values[one] for one in part.counts}
        blocks = Blocks(part, shown, sticky.exact(shown, values), protection.sums)
        extra = (protection.needed(blocks) | told_by_parts(part, shown)) - hidden
        if not extra:
            return
        hidden |= extra
