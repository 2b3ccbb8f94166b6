"""What was published: CloudEvents as plain dictionaries, in any order, each any number of times.

A correction counts for the event of the same id, type and subject; of several the one with the
latest recorded time, then the greatest id. It replaces the event's data or takes the event back.
"""

from datetime import datetime

from tests.reference.months import day
from tests.reference.world import World

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
        data = event["data"]
        if key in corrections:
            data = corrections[key][max(corrections[key])]
        if data is not None:
            yield {**event, "data": data}


def enrol(world, event, data):
    entry = (day(data["enrolled_on"]), event["id"], data["region"], persons_in(data))
    world.families[event["subject"]]["enrolments"].append(entry)


def change(world, event, data):
    entry = (
        data["version"],
        day(data["effective_on"]),
        event["id"],
        data["region"],
        persons_in(data),
    )
    world.families[event["subject"]]["versions"].append(entry)


def persons_in(data):
    return sorted({one["person"] for one in data["persons"]})


def leave(world, event, data):
    world.families[event["subject"]]["exits"].append(day(data["exited_on"]))


def graduate(world, event, data):
    world.families[event["subject"]]["graduations"].append(day(data["approved_on"]))


def assign(world, event, data):
    entry = (day(data["assigned_on"]), data["facilitator"])
    world.families[event["subject"]]["assignments"].append(entry)


def attend(world, event, data):
    if data["activity"] == "P2K2" and data["unit"] == "FAMILY":
        entry = (day(data["held_on"]), sorted(data.get("modules", [])))
        world.families[event["subject"]]["attended"].append(entry)


def refer(world, event, data):
    entry = (day(data["issued_on"]), data["referral"], event["id"], data["region"])
    world.referrals[event["subject"]].append(entry)


def complete(world, event, data):
    world.trainings[event["subject"]].append(day(data["completed_on"]))


def membership_step(step, column):
    def read(world, event, data):
        when = day(data[column])
        entry = (when, event["id"], data["region"]) if step == "activated" else when
        world.memberships[event["subject"], data["membership"]][step].append(entry)

    return read


def set_target(world, event, data):
    entry = (data["version"], event["id"], data["district"], data["target"])
    world.targets[event["subject"], data["year"]].append(entry)


def hold(world, event, data):
    people = sum(one["count"] for one in data.get("participants", []))
    entry = (day(data["held_on"]), event["id"], data["activity"], data["district"], people)
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
    "facilitator.assigned": assign,
    "facilitator.target_set": set_target,
    "referral.issued": refer,
    "membership.applied": membership_step("applied", "applied_on"),
    "membership.approved": membership_step("approved", "approved_on"),
    "membership.activated": membership_step("activated", "activated_on"),
    "membership.lapsed": membership_step("ended", "lapsed_on"),
    "membership.resigned": membership_step("ended", "resigned_on"),
    "session.held": hold,
    "session.attended": attend,
    "training.completed": complete,
    "cooperative.registered": register,
    "cooperative.status_changed": set_status,
}
