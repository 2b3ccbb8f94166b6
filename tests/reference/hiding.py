"""What may be shown: cells that are hidden jointly, and the rows and files of a release."""

import json
from fractions import Fraction

K = 11


class System:
    """Cells that are hidden jointly: {id: value}, which may be hidden, and sums that hold."""

    def __init__(self):
        self.values, self.open, self.small, self.sums = {}, set(), set(), []

    def people(self, cell, value, changed=0):
        self.values[cell] = value
        if 1 <= value < K or 1 <= changed < K:
            self.small.add(cell)

    def public(self, cell, value):
        self.values[cell] = value
        self.open.add(cell)

    def adds_up(self, total, parts):
        self.sums.append((total, sorted(parts)))

    def hidden(self):
        hidden = set(self.small)
        sums = sorted(self.sums, key=lambda item: (item[0], item[1]))
        while True:
            self.hide_in_sums(hidden, sums)
            cell = self.first_derivable(hidden, sums)
            if cell is None:
                return hidden
            extra = self.companion(cell, hidden, sums)
            if extra is None:
                return hidden
            hidden.add(extra)

    def hide_in_sums(self, hidden, sums):
        changed = True
        while changed:
            changed = False
            for total, parts in sums:
                while not self.safe(total, parts, hidden):
                    extra = self.smallest([(c, c == total) for c in [total, *parts]], hidden)
                    if extra is None:
                        break
                    hidden.add(extra)
                    changed = True

    def safe(self, total, parts, hidden):
        inside = [cell for cell in [total, *parts] if cell in hidden]
        if not inside:
            return True
        if len(inside) == 1:
            return False
        together = sum(self.values[cell] for cell in parts if cell in hidden)
        return total in hidden or together - (len(inside) - 1) >= K

    def smallest(self, members, hidden):
        free = [
            (self.values[cell] == 0, is_total, self.values[cell], cell)
            for cell, is_total in members
            if cell not in hidden and cell not in self.open
        ]
        return min(free)[3] if free else None

    def companion(self, cell, hidden, sums):
        members = {}
        for total, parts in sums:
            if cell in (total, *parts):
                for member in (total, *parts):
                    members[member] = members.get(member, False) or member == total
        extra = self.smallest(list(members.items()), hidden)
        if extra is None:
            extra = self.smallest([(c, any(c == t for t, _ in sums)) for c in self.values], hidden)
        return extra

    def first_derivable(self, hidden, sums):
        """The first hidden cell that the published ones determine, by elimination with fractions."""
        columns = sorted(hidden)
        place = {cell: index for index, cell in enumerate(columns)}
        rows = []
        for total, parts in sums:
            row = [Fraction(0)] * len(columns)
            if total in place:
                row[place[total]] += 1
            for part in parts:
                if part in place:
                    row[place[part]] -= 1
            if any(row):
                rows.append(row)
        solved = reduce_rows(rows, len(columns))
        alone = {
            next(i for i, x in enumerate(row) if x)
            for row in solved
            if sum(1 for x in row if x) == 1
        }
        return columns[min(alone)] if alone else None


def reduce_rows(rows, width):
    """Reduced row echelon form."""
    rows, done = [list(row) for row in rows], 0
    for column in range(width):
        pivot = next((i for i in range(done, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        lead = rows[done][column]
        rows[done] = [x / lead for x in rows[done]]
        for i in range(len(rows)):
            if i != done and rows[i][column]:
                factor = rows[i][column]
                rows[i] = [x - factor * y for x, y in zip(rows[i], rows[done], strict=True)]
        done += 1
    return rows[:done]


class Release:
    """Rows as they are published."""

    def __init__(self):
        self.rows = []

    def add(self, system):
        hidden = system.hidden()
        for cell, value in system.values.items():
            shown = value if cell in system.open else (value + 2) // 5 * 5
            self.rows.append((cell, None if cell in hidden else shown))
        return hidden

    def documents(self, until):
        names = ("indicator", "measure", "region", "period", "band")
        rows = []
        for cell, value in sorted(self.rows, key=lambda row: row[0]):
            status = "hidden" if value is None else "published"
            rows.append({**dict(zip(names, cell, strict=True)), "value": value, "status": status})
        figures = {"format": "lintas-figures/1", "k": K, "until": until, "rows": rows}
        text = json.dumps(figures, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"
        lines = ["indicator,measure,region,period,band,value,status"]
        for row in rows:
            value = "" if row["value"] is None else str(row["value"])
            lines.append(",".join([*[row[name] for name in names], value, row["status"]]))
        return text.encode(), ("\n".join(lines) + "\n").encode()
