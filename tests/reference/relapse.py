"""13: of the families that graduated, who is known to have fallen back, to be well, or was not seen."""

from calendar import monthrange
from collections import defaultdict
from datetime import date, timedelta

from tests.reference.graduation_rate import departures
from tests.reference.months import end_of, month_of, months
from tests.reference.world import enrolments, in_force, spells

AWAY = ("MOVED", "DECEASED")


def cells(world):
    found = defaultdict(int)
    for number, district, spell in departures(world):
        if spell.reason != "SELF_SUFFICIENT":
            continue
        graduate = Graduate(world.families[number], spell)
        for horizon, days in ((12, 365), (24, 730)):
            place = (f"i13.within_{horizon}", district, month_of(spell.last_day), spell.programme)
            found[*place, f"graduated_{horizon}"] += 1
            found[*place, f"{graduate.after(days)}_{horizon}"] += 1
        count_silence(found, graduate, district)
    return found


class Graduate:
    def __init__(self, family, spell):
        self.family, self.left, self.programme = family, spell.last_day, spell.programme
        starts = [one.since for one in spells(family) if one.since > self.left]
        self.again = min(starts, default=date.max)
        self.visits = [v for v in family["visits"] if self.left < v[0] < self.again]
        self.was_beyond = in_force(family, self.left).decile == "D6_10"
        self.last_due = later(self.left, 24)

    def after(self, days):
        """How the family is known to be so many days after it graduated."""
        end, grace = self.left + timedelta(days), timedelta(90)
        if self.again <= end or self.came_back_inside(end):
            return "relapsed"
        for day, _, reliance, band in self.visits:
            inside = self.was_beyond and band not in (None, "D6_10")
            if day <= end + grace and (reliance == "NO_LONGER" or inside):
                return "relapsed"
        well = any(
            reliance == "STILL" and end - grace <= day <= end + grace
            for day, _, reliance, _ in self.visits
        )
        return "well" if well else "not_seen"

    def came_back_inside(self, end):
        """Whether a record of a day after the graduation has the decile inside the cut-off again."""
        records = enrolments(self.family) + self.family["versions"]
        days = {one.day for one in records if self.left < one.day <= end}
        return self.was_beyond and any(in_force(self.family, d).decile != "D6_10" for d in days)

    def is_followed(self, when):
        """(is to be visited, was not seen for 90 days) at the close of a day."""
        seen, gone = self.left, False
        for day in sorted({one[0] for one in self.visits if one[0] <= when}):
            outcomes = {one[1] for one in self.visits if one[0] == day}
            if outcomes & set(AWAY):
                gone = True
            elif "FOUND" in outcomes:
                seen, gone = day, False
        over = when < self.left or when >= self.again or when > self.last_due + timedelta(90)
        if over or gone or seen >= self.last_due - timedelta(30):
            return False, False
        return True, (when - seen).days >= 90


def count_silence(found, graduate, district):
    before = (False, False)
    for month in months(month_of(graduate.left), month_of(graduate.last_due + timedelta(130))):
        now = graduate.is_followed(end_of(month))
        for band, was, is_so in zip(("followed_up", "silent"), before, now, strict=True):
            found["i13.silence", district, month, graduate.programme, band] += is_so - was
        before = now


def later(day, count):
    """The same day so many months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
