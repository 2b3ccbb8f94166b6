"""The slow, obvious reference: the figures straight from the input files and requests.

It imports nothing of Lintas and knows no event, topic, database or cell. It reads what the officers
handed in (CSV files and HTTP bodies), counts month by month over everybody, hides small cells by
the published rule, and writes the two files of a release. Tests compare bytes.

    python tests/reference/reference.py INPUT_DIR WILAYAH_CSV_GZ [YYYY-MM]
"""

import csv
import gzip
import json
import sys
from calendar import monthrange
from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

K = 11
BANDS = ("000", "001-049", "050-099", "100-149", "150+")
MODULES = (
    "HEALTH_NUTRITION",
    "EDUCATION_PARENTING",
    "FAMILY_FINANCE",
    "CHILD_PROTECTION",
    "SOCIAL_WELFARE",
    "STUNTING_PREVENTION",
)


# --- reading the inputs -----------------------------------------------------------------------


def day(text):
    return date.fromisoformat(text) if text else None


class World:
    """Everything that was handed in, as plain dictionaries keyed by the ministries' own numbers."""

    def __init__(self):
        self.families = {}  # number -> family
        self.targets = {}  # (facilitator, year) -> (district, target)
        self.memberships = {}  # (national id, cooperative) -> dates
        self.referrals = {}  # national id -> (date, region)
        self.trainings = defaultdict(list)  # national id -> dates
        self.sessions = {}  # number -> session
        self.cooperatives = {}  # number -> [(date, status)]
        self.regions = {}  # cooperative -> village
        self.latest = {"beneficiary": date.min, "cooperative": date.min, "training": date.min}

    def saw(self, service, *days):
        self.latest[service] = max([self.latest[service], *[d for d in days if d]])


def read_world(directory):
    world = World()
    files = sorted(Path(directory).glob("*.csv"))
    for name, read in (
        ("koperasi", read_cooperative),
        ("pendamping", read_facilitator),
        ("keluarga", read_family),
        ("anggota", read_member),
    ):
        for path in files:
            if path.name.startswith(name):
                with path.open(encoding="utf-8", newline="") as stream:
                    for row in csv.DictReader(stream):
                        read(world, row)
    with (Path(directory) / "requests.ndjson").open(encoding="utf-8") as stream:
        for line in stream:
            request = json.loads(line)
            items = request["body"].get("items", [request["body"]])
            for item in items:
                READERS[request["path"]](world, item)
    return world


def read_cooperative(world, row):
    number = row["nomor_koperasi"]
    world.regions[number] = row["kode_desa"]
    states = world.cooperatives[number] = [(day(row["tanggal_berdiri"]), "REGISTERED")]
    if row["status"] != "REGISTERED":
        states.append((day(row["tanggal_status"]), row["status"]))
        world.saw("cooperative", day(row["tanggal_status"]))
    world.saw("cooperative", day(row["tanggal_berdiri"]))


def read_facilitator(world, row):
    key = (row["nomor_pendamping"], int(row["tahun"]))
    world.targets[key] = (row["kode_kabupaten"], int(row["target"]))
    world.saw("beneficiary", date(int(row["tahun"]), 1, 1))


def read_family(world, row):
    representative = row["nik_pengurus"]
    others = row["nik_anggota"].split()
    world.families[row["nomor_keluarga"]] = {
        "enrolled": day(row["tanggal_masuk"]),
        "region": row["kode_desa"],
        "persons": ([representative] if representative else []) + others,
        "representative": representative,
        "born": day(row["tanggal_lahir_pengurus"]),
        "decile": int(row["desil"]),
        "business": row["jenis_usaha"],
        "exit": None,
        "graduated": None,
        "facilitator": row["nomor_pendamping"],
        "attended": [],
    }
    world.saw("beneficiary", day(row["tanggal_masuk"]))


def read_member(world, row):
    key = (row["nik"], row["nomor_koperasi"])
    world.memberships[key] = {
        "applied": day(row["tanggal_daftar"]),
        "approved": day(row["tanggal_disetujui"]),
        "activated": day(row["tanggal_aktif"]),
        "ended": None,
    }
    world.saw("cooperative", *[d for d in world.memberships[key].values() if d])


def apply_for(world, item):
    key = (item["national_id"], item["cooperative_number"])
    applied = day(item["applied_on"])
    world.memberships[key] = {
        "applied": applied,
        "approved": None,
        "activated": None,
        "ended": None,
    }
    world.saw("cooperative", applied)


def membership_step(field, column):
    def read(world, item):
        key = (item["national_id"], item["cooperative_number"])
        world.memberships[key][field] = day(item[column])
        world.saw("cooperative", day(item[column]))

    return read


def run_referrals(world, item):
    issued = day(item["issued_on"])
    for family in world.families.values():
        inside = (family["region"] + ".").startswith(item["area"] + ".")
        person, born = family["representative"], family["born"]
        if not inside or not person or person in world.referrals or family["enrolled"] > issued:
            continue
        age = issued.year - born.year - ((issued.month, issued.day) < (born.month, born.day))
        if 17 <= age <= 64 and family["business"] and family["decile"] <= 5:
            world.referrals[person] = (issued, family["region"])
            world.saw("beneficiary", issued)


def hold_session(world, item):
    world.sessions[item["session_number"]] = {**item, "held": day(item["held_on"])}
    world.saw("training", day(item["held_on"]))


def attend(world, item):
    if item.get("family_number"):
        session = world.sessions[item["session_number"]]
        if session["activity"] == "P2K2":
            world.families[item["family_number"]]["attended"].append(session)


def complete(world, item):
    world.trainings[item["national_id"]].append(day(item["completed_on"]))
    world.saw("training", day(item["completed_on"]))


def propose(world, item):
    world.saw("beneficiary", day(item["proposed_on"]))


def verify(world, item):
    world.saw("beneficiary", day(item["verified_on"]))


def approve(world, item):
    family, approved = world.families[item["family_number"]], day(item["approved_on"])
    family["graduated"] = family["exit"] = approved
    world.saw("beneficiary", approved)


def leave(world, item):
    world.families[item["family_number"]]["exit"] = day(item["exited_on"])
    world.saw("beneficiary", day(item["exited_on"]))


def form_group(world, item):
    world.saw("cooperative", day(item["formed_on"]))


def move_group(world, item):
    world.saw("cooperative", day(item["effective_on"]))


READERS = {
    "/v1/memberships/applications": apply_for,
    "/v1/memberships/approvals": membership_step("approved", "approved_on"),
    "/v1/memberships/activations": membership_step("activated", "activated_on"),
    "/v1/memberships/lapses": membership_step("ended", "lapsed_on"),
    "/v1/memberships/resignations": membership_step("ended", "resigned_on"),
    "/v1/referrals/runs": run_referrals,
    "/v1/sessions": hold_session,
    "/v1/attendance": attend,
    "/v1/completions": complete,
    "/v1/graduations/proposals": propose,
    "/v1/graduations/verifications": verify,
    "/v1/graduations/approvals": approve,
    "/v1/exits": leave,
    "/v1/groups": form_group,
    "/v1/groups/statuses": move_group,
}


# --- months -----------------------------------------------------------------------------------


def month_of(moment):
    return f"{moment.year:04d}-{moment.month:02d}"


def end_of(month):
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, monthrange(year, number)[1])


def months(first, last):
    listed, current = [], first
    while current <= last:
        listed.append(current)
        current = month_of(end_of(current) + timedelta(days=1))
    return listed


def closed_month(world):
    earliest = min(world.latest.values())
    return month_of(earliest.replace(day=1) - timedelta(days=1))


# --- counting ---------------------------------------------------------------------------------


def enrolled(family, when):
    return family["enrolled"] <= when and not (family["exit"] and family["exit"] <= when)


def active_members(world, when):
    return {
        person
        for (person, _), dates in world.memberships.items()
        if dates["activated"]
        and dates["activated"] <= when
        and not (dates["ended"] and dates["ended"] <= when)
    }


def status_of(family, when, members):
    """None when the family is not in the programme at the close of that day."""
    if not enrolled(family, when):
        return None
    if not family["persons"]:
        return "unknown"
    return "joined" if any(person in members for person in family["persons"]) else "not_joined"


def count_linked(world, until):
    """Stock and movers of indicator 01: {(region, measure, month): number} twice."""
    stock, moves = defaultdict(int), defaultdict(int)
    first = month_of(min(f["enrolled"] for f in world.families.values()))
    before = {}
    for month in months(first, until):
        members = active_members(world, end_of(month))
        for number, family in world.families.items():
            status = status_of(family, end_of(month), members)
            old = before.get(number)
            for level in (5, 8):
                region = family["region"][:level]
                if status:
                    stock[region, status, month] += 1
                    stock[region, "enrolled", month] += 1
                if status != old:
                    for measure in {status, old} - {None}:
                        moves[region, measure, month] += 1
                if (status is None) != (old is None):
                    moves[region, "enrolled", month] += 1
            before[number] = status
    return stock, moves


def districts_with_families(world, until):
    """{district: first month in which one of its families is counted}."""
    first = {}
    for family in world.families.values():
        month = month_of(family["enrolled"])
        if family["exit"] and month_of(family["exit"]) == month:
            continue
        district = family["region"][:5]
        if month <= until:
            first[district] = min(first.get(district, month), month)
    return first


def count_funnel(world, until):
    """{(district, cohort, step): persons}"""
    counted = defaultdict(int)
    by_person = defaultdict(list)
    for (person, cooperative), dates in world.memberships.items():
        by_person[person].append((dates["applied"], cooperative, dates))
    for person, (issued, region) in world.referrals.items():
        cohort, district = month_of(issued), region[:5]
        if cohort > until:
            continue
        counted[district, cohort, "referred"] += 1
        later = sorted(entry for entry in by_person[person] if entry[0] >= issued)
        if not later:
            continue
        applied, _, dates = later[0]
        chain = [
            ("applied", applied),
            ("approved", dates["approved"]),
            ("activated", dates["activated"]),
        ]
        for step, happened in chain:
            if not happened or month_of(happened) > until:
                break
            counted[district, cohort, step] += 1
    return counted


def count_trained(world):
    """{(district, cohort): [activated, trained within 90 days]}"""
    counted = defaultdict(lambda: [0, 0])
    first = {}
    for (person, cooperative), dates in world.memberships.items():
        if dates["activated"]:
            entry = (dates["activated"], cooperative)
            first[person] = min(first.get(person, entry), entry)
    for person, (activated, cooperative) in first.items():
        cell = counted[world.regions[cooperative][:5], month_of(activated)]
        cell[0] += 1
        limit = activated + timedelta(days=90)
        cell[1] += any(activated <= done <= limit for done in world.trainings[person])
    return counted


def module_months(family, year):
    """{module: first month of the year in which the family had it}, ALL when it had six."""
    first = {}
    for session in sorted(family["attended"], key=lambda s: s["held"]):
        held = session["held"]
        counted = family["enrolled"] <= held and not (family["exit"] and family["exit"] < held)
        if held.year == year and counted:
            for module in session["modules"]:
                first.setdefault(module, month_of(held))
    if len(first) == len(MODULES):
        first["ALL"] = max(first.values())
    return first


# --- tables: cells and what must add up ---------------------------------------------------------


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


def release_linked(release, world, until, subdistricts):
    """Indicators 01 and the attendance of 15, month after month."""
    stock, moves = count_linked(world, until)
    attended, sessions = count_attendance(world, until)
    for district, first in sorted(districts_with_families(world, until).items()):
        regions = [district, *subdistricts[district]]
        since, shown = defaultdict(int), set()
        for month in months(first, until):
            system = System()
            for region in regions:
                for measure in ("joined", "not_joined", "unknown", "enrolled"):
                    cell = ("01", measure, region, month, "")
                    since[region, measure] += moves[region, measure, month]
                    changed = since[region, measure] if (region, measure) in shown else 0
                    system.people(cell, stock[region, measure, month], changed)
                names = ("joined", "not_joined", "unknown")
                parts = [("01", measure, region, month, "") for measure in names]
                system.adds_up(("01", "enrolled", region, month, ""), parts)
            for measure in ("joined", "not_joined", "unknown", "enrolled"):
                parts = [("01", measure, region, month, "") for region in regions[1:]]
                system.adds_up(("01", measure, district, month, ""), parts)
            if sessions[district, month]:
                present = attended[district, month]
                absent = stock[district, "enrolled", month] - present
                pair = [("15", name, district, month, "") for name in ("attended", "absent")]
                system.people(pair[0], present)
                system.people(pair[1], absent)
                system.adds_up(("01", "enrolled", district, month, ""), pair)
            hidden = release.add(system)
            for region, measure in [(c[2], c[1]) for c in system.values if c[0] == "01"]:
                if ("01", measure, region, month, "") not in hidden:
                    since[region, measure] = 0
                    shown.add((region, measure))


def count_attendance(world, until):
    attended, sessions = defaultdict(int), defaultdict(int)
    for session in world.sessions.values():
        if session["activity"] == "P2K2" and month_of(session["held"]) <= until:
            sessions[session["district"], month_of(session["held"])] += 1
    for family in world.families.values():
        for month in {month_of(session["held"]) for session in family["attended"]}:
            if enrolled(family, end_of(month)):
                attended[family["region"][:5], month] += 1
    return attended, sessions


def release_sessions(release, world, until):
    _, sessions = count_attendance(world, until)
    system = System()
    for (district, month), number in sessions.items():
        system.public(("15", "sessions", district, month, ""), number)
    participants = defaultdict(int)
    for session in world.sessions.values():
        if session["activity"] == "OUTREACH" and month_of(session["held"]) <= until:
            people = sum(item["count"] for item in session.get("participants", []))
            participants[session["district"], month_of(session["held"])] += people
    for (district, month), number in participants.items():
        system.public(("16", "participants", district, month, ""), number)
    release.add(system)


def release_modules(release, world, until):
    counted = defaultdict(int)
    for family in world.families.values():
        for year in sorted({session["held"].year for session in family["attended"]}):
            for module, month in module_months(family, year).items():
                if month <= until:
                    counted[family["region"][:5], str(year), module] += 1
    system = System()
    for district, year in {key[:2] for key in counted}:
        for module in (*MODULES, "ALL"):
            cell = ("15", "families_with_module", district, year, module)
            system.people(cell, counted[district, year, module])
    release.add(system)


def release_funnel(release, world, until):
    counted = count_funnel(world, until)
    for district in sorted({key[0] for key in counted}):
        cohorts = sorted({key[1] for key in counted if key[0] == district})
        system = System()

        def steps(cohort, system=system, district=district, cohorts=cohorts):
            source = cohorts if cohort == "total" else [cohort]
            return {
                step: sum(counted[district, one, step] for one in source)
                for step in ("referred", "applied", "approved", "activated")
            }

        for cohort in [*cohorts, "total"]:
            number = steps(cohort)
            chain = ("referred", "applied", "approved", "activated")
            for step in chain:
                system.people(("03", step, district, cohort, ""), number[step])
            for before, after in zip(chain, chain[1:], strict=False):
                dropped = ("03", f"not_{after}", district, cohort, "")
                system.people(dropped, number[before] - number[after])
                parts = [("03", after, district, cohort, ""), dropped]
                system.adds_up(("03", before, district, cohort, ""), parts)
        for measure in sorted({cell[1] for cell in system.values}):
            parts = [("03", measure, district, cohort, "") for cohort in cohorts]
            system.adds_up(("03", measure, district, "total", ""), parts)
        release.add(system)


def release_trained(release, world, until):
    counted = {
        key: value
        for key, value in count_trained(world).items()
        if end_of(key[1]) + timedelta(days=90) <= end_of(until)
    }
    for district in sorted({key[0] for key in counted}):
        cohorts = sorted(key[1] for key in counted if key[0] == district)
        system = System()
        for cohort in [*cohorts, "total"]:
            source = cohorts if cohort == "total" else [cohort]
            activated = sum(counted[district, one][0] for one in source)
            trained = sum(counted[district, one][1] for one in source)
            numbers = {
                "activated": activated,
                "trained_90": trained,
                "not_trained_90": activated - trained,
            }
            for measure, number in numbers.items():
                system.people(("16", measure, district, cohort, ""), number)
            parts = [
                ("16", name, district, cohort, "") for name in ("trained_90", "not_trained_90")
            ]
            system.adds_up(("16", "activated", district, cohort, ""), parts)
        for measure in ("activated", "trained_90", "not_trained_90"):
            parts = [("16", measure, district, cohort, "") for cohort in cohorts]
            system.adds_up(("16", measure, district, "total", ""), parts)
        release.add(system)


def band_of(graduated, target):
    percent = 100 * graduated // target
    if percent == 0:
        return BANDS[0]
    return (
        BANDS[1]
        if percent < 50
        else BANDS[2]
        if percent < 100
        else BANDS[3]
        if percent < 150
        else BANDS[4]
    )


def release_targets(release, world, until):
    graduated = defaultdict(int)
    for family in world.families.values():
        if family["graduated"] and month_of(family["graduated"]) <= until and family["facilitator"]:
            graduated[family["facilitator"], family["graduated"].year] += 1
    tables = sorted({(district, year) for (_, year), (district, _) in world.targets.items()})
    for district, year in tables:
        if year > int(until[:4]):
            continue
        mine = {
            facilitator: target
            for (facilitator, when), (where, target) in world.targets.items()
            if (where, when) == (district, year) and target > 0
        }
        total = ("08", "facilitators", district, str(year), "")
        system = System()
        system.public(total, len(mine))
        system.public(("08", "target", district, str(year), ""), sum(mine.values()))
        done = sum(graduated[facilitator, year] for facilitator in mine)
        system.people(("08", "graduated", district, str(year), ""), done)
        spread = defaultdict(int)
        for facilitator, target in mine.items():
            spread[band_of(graduated[facilitator, year], target)] += 1
        parts = [("08", "facilitators_by_attainment", district, str(year), band) for band in BANDS]
        for part in parts:
            system.people(part, spread[part[4]])
        system.adds_up(total, parts)
        release.add(system)


def release_cooperatives(release, world, until):
    registered, operating = defaultdict(int), defaultdict(int)
    seen = set()
    for number, states in world.cooperatives.items():
        district = world.regions[number][:5]
        current = [status for since, status in states if since <= end_of(until)]
        if current:
            seen.add(district)
            registered[district] += current[-1] != "CLOSED"
            operating[district] += current[-1] == "OPERATING"
    system = System()
    for district in seen:
        system.public(("21", "registered", district, until, ""), registered[district])
        system.public(("21", "operating", district, until, ""), operating[district])
    for district in districts_with_families(world, until):
        system.public(("28", "difference", district, until, ""), 0)
    release.add(system)


def figures(directory, wilayah, until=None):
    """(figures.json, figures.csv) as bytes."""
    world = read_world(directory)
    until = until or closed_month(world)
    subdistricts = defaultdict(list)
    with gzip.open(wilayah, "rt", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            if len(row["code"]) == 8:
                subdistricts[row["code"][:5]].append(row["code"])
    for codes in subdistricts.values():
        codes.sort()
    release = Release()
    release_linked(release, world, until, subdistricts)
    release_sessions(release, world, until)
    release_modules(release, world, until)
    release_funnel(release, world, until)
    release_trained(release, world, until)
    release_targets(release, world, until)
    release_cooperatives(release, world, until)
    return release.documents(until)


if __name__ == "__main__":
    document, table = figures(*sys.argv[1:4])
    sys.stdout.buffer.write(table)
