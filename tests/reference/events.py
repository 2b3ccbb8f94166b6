"""What was published: CloudEvents as plain dictionaries, in any order, each any number of times.

A correction counts for the event of the same id, type and subject; of several the one with the
latest recorded time, then the greatest id. It replaces the event's data or takes the event back.
"""

from datetime import datetime, timedelta

from tests.reference.months import day
from tests.reference.world import Record, World

CORRECTION = "id.lintas.fact.corrected.v1"


def world_of(events):
    world = World()
    for event in effective(events):
        kind = event["type"].removeprefix("id.lintas.").removesuffix(".v1")
        if kind in READERS:
            READERS[kind](world, event, event["data"])
    return world


def effective(events):
    """The events that count, each once, with the data that counts."""
    corrections, published = {}, {}
    for event in events:
        if event["type"] == CORRECTION:
            of = (event["data"]["corrected"], event["data"]["corrected_type"], event["subject"])
            rank = (datetime.fromisoformat(event["recordedtime"]), event["id"])
            corrections.setdefault(of, {})[rank] = event["data"].get("replacement")
        else:
            published[event["id"], event["type"], event["subject"]] = event
    for key, event in published.items():
        data, recorded, name = event["data"], event["recordedtime"], event["id"]
        if key in corrections:
            rank = max(corrections[key])
            data, recorded = corrections[key][rank], rank[0].isoformat()
        if data is not None:
            mended = {"data": data, "recordedtime": recorded, "corrected": key in corrections}
            yield {**event, **mended, "id": name}


def enrol(world, event, data):
    entry = Record(
        data.get("version", 1),
        day(data["enrolled_on"]),
        event["id"],
        data["region"],
        persons_in(data),
        data["decile_band"],
        data["programme"],
    )
    world.families[event["subject"]]["enrolments"].append(entry)
    fact = f"{event['subject']}/{entry.version}"
    note(world, "families", event, fact, entry.region, entry.day, bool(entry.persons))


def change(world, event, data):
    entry = Record(
        data["version"],
        day(data["effective_on"]),
        event["id"],
        data["region"],
        persons_in(data),
        data["decile_band"],
        None,
    )
    world.families[event["subject"]]["versions"].append(entry)


def note(world, kind, event, fact, region, when, linked=False):
    """A record as data quality looks at it."""
    recorded = datetime.fromisoformat(event["recordedtime"]) + timedelta(hours=7)
    world.records.append(
        (kind, event["id"], fact, region[:5], when, recorded.date(), event["corrected"], linked)
    )


def persons_in(data):
    return sorted({one["person"] for one in data["persons"]})


def leave(world, event, data):
    world.families[event["subject"]]["exits"].append((day(data["exited_on"]), data["reason"]))


def graduate(world, event, data):
    world.families[event["subject"]]["graduations"].append(day(data["approved_on"]))


def visit(world, event, data):
    entry = (
        day(data["visited_on"]),
        data["outcome"],
        data.get("self_reliance"),
        data.get("decile_band"),
    )
    world.families[event["subject"]]["visits"].append(entry)


def assign(world, event, data):
    entry = (day(data["assigned_on"]), data["facilitator"])
    world.families[event["subject"]]["assignments"].append(entry)


def attend(world, event, data):
    if data["activity"] == "P2K2" and data["unit"] == "FAMILY":
        entry = (day(data["held_on"]), sorted(data.get("modules", [])))
        world.families[event["subject"]]["attended"].append(entry)


def refer(world, event, data):
    issued = day(data["issued_on"])
    entry = (issued, data["referral"], event["id"], data["region"], data["family"])
    world.referrals[event["subject"]].append(entry)
    world.families[data["family"]]["referred"].append(issued)
    note(world, "referrals", event, data["referral"], data["region"], issued)


def answer(column, reason=None):
    def read(world, event, data):
        entry = (day(data[column]), data["reason"] if reason is None else reason)
        world.answers[event["subject"]].append(entry)

    return read


def assess(world, event, data):
    entry = (
        day(data["assessed_on"]),
        data["rule"],
        event["id"],
        data["region"],
        data["eligible"],
    )
    world.families[event["subject"]]["assessments"].append(entry)


def declare(world, event, data):
    if data["measure"] == "JOINED_FAMILIES":
        key = (event["source"].split(":")[2].upper(), data["district"], data["month"])
        world.declared[key].append((data["version"], event["id"], data["count"]))


def oblige(world, event, data):
    key = (event["source"], data["list"], data["district"])
    entry = (data["version"], event["id"], data["first_month"], data.get("last_month"))
    world.obligations[key].append(entry)


def report_step(column, closes):
    def read(world, event, data):
        if data[column][:7] > data["month"]:  # nobody can know before the month has ended
            key = (event["source"], data["list"], data["district"], data["month"])
            world.report_steps[key].append((event["sequence"], closes))

    return read


def join_group(world, event, data):
    entry = (day(data["joined_on"]), event["id"], data["group"])
    world.families[event["subject"]]["groups"].append(entry)


def form_group(world, event, data):
    world.groups[event["subject"]].append((day(data["formed_on"]), event["id"], data["district"]))


def meet(world, event, data):
    world.meetings.add((data["cooperative"], data["year"]))


def want_members(world, event, data):
    entry = (data["version"], event["id"], data["target"])
    world.members_wanted[data["cooperative"], data["year"]].append(entry)


def set_programme_target(world, event, data):
    key = (data["district"], data["year"], data["programme"], data["measure"])
    world.programme_targets[key].append((data["version"], event["id"], data["value"]))


def complete(world, event, data):
    world.trainings[event["subject"]].append(day(data["completed_on"]))


def membership_step(step, column):
    def read(world, event, data):
        when = day(data[column])
        entry = (when, event["id"], data["region"]) if step == "activated" else when
        steps = world.memberships[event["subject"], data["membership"]]
        steps[step].append(entry)
        steps["cooperatives"] |= (
            {data["cooperative"]} if step not in ("ended", "returned") else set()
        )
        if step == "activated":
            note(world, "members", event, data["membership"], data["region"], when)

    return read


def record_month(name, field):
    def read(world, event, data):
        key = (event["subject"], data["membership"], data["month"])
        getattr(world, name)[key].append(data[field])

    return read


def benefit(world, event, data):
    entry = (day(data["granted_on"]), data["kind"])
    world.benefits[event["subject"], data["membership"]].append(entry)


def mentor(world, event, data):
    world.mentored.add((event["subject"], day(data["mentored_on"]).year))


def grant_capital(world, event, data):
    world.capital.add((event["subject"], day(data["granted_on"]).year, data["kind"]))


def form_business_group(world, event, data):
    entry = (day(data["formed_on"]), event["id"], data["region"], data["status"])
    world.business_groups[event["subject"]].append(entry)


def move_business_group(world, event, data):
    world.group_steps[event["subject"]].append((data["status"], day(data["effective_on"])))


def succeed(world, event, data):
    entry = (data["successor"], day(data["happened_on"]))
    world.successions[event["subject"]].append(entry)


def take_role(world, event, data):
    entry = (day(data["joined_on"]), event["id"], data["role"])
    world.roles[event["subject"], data["group"]].append(entry)


def depart(world, event, data):
    world.departures[event["subject"], data["group"]].append(day(data["left_on"]))


def become(world, event, data):
    world.became.add(event["subject"])


def set_target(world, event, data):
    entry = (data["version"], event["id"], data["district"], data["target"])
    world.targets[event["subject"], data["year"]].append(entry)


def hold(world, event, data):
    people = sum(one["count"] for one in data.get("participants", []))
    held, group = day(data["held_on"]), data.get("group")
    entry = (held, event["id"], data["activity"], data["district"], people, group)
    note(world, "sessions", event, event["subject"], data["district"], held)
    world.sessions[event["subject"]].append(entry)


def register(world, event, data):
    entry = (day(data["registered_on"]), event["id"], data["region"])
    world.registrations[event["subject"]].append(entry)


def set_status(world, event, data):
    entry = (data["version"], day(data["effective_on"]), event["id"], data["status"])
    world.statuses[event["subject"]].append(entry)


READERS = {
    "family.enrolled": enrol,
    "family.changed": change,
    "family.exited": leave,
    "graduation.approved": graduate,
    "family.visited": visit,
    "facilitator.assigned": assign,
    "facilitator.target_set": set_target,
    "referral.issued": refer,
    "referral.contacted": answer("contacted_on", ""),
    "referral.interested": answer("interested_on", "INTERESTED"),
    "referral.declined": answer("declined_on"),
    "eligibility.assessed": assess,
    "family.group_joined": join_group,
    "family.group_formed": form_group,
    "cooperative.annual_meeting": meet,
    "cooperative.target_set": want_members,
    "programme.target_set": set_programme_target,
    "report.count_declared": declare,
    "report.obligation_set": oblige,
    "report.closed": report_step("closed_on", True),
    "report.reopened": report_step("reopened_on", False),
    "membership.applied": membership_step("applied", "applied_on"),
    "membership.approved": membership_step("approved", "approved_on"),
    "membership.activated": membership_step("activated", "activated_on"),
    "membership.lapsed": membership_step("ended", "lapsed_on"),
    "membership.resigned": membership_step("ended", "resigned_on"),
    "membership.reinstated": membership_step("returned", "reinstated_on"),
    "membership.savings_recorded": record_month("savings", "paid"),
    "membership.transactions_recorded": record_month("transactions", "transacted"),
    "membership.benefit_granted": benefit,
    "cooperative.mentoring_recorded": mentor,
    "cooperative.capital_granted": grant_capital,
    "group.formed": form_business_group,
    "group.status_changed": move_business_group,
    "group.succeeded": succeed,
    "group.became_cooperative": become,
    "group.member_joined": take_role,
    "group.member_left": depart,
    "session.held": hold,
    "session.attended": attend,
    "training.completed": complete,
    "cooperative.registered": register,
    "cooperative.status_changed": set_status,
}
