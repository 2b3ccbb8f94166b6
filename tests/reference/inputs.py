"""What the officers handed in: CSV files and HTTP bodies."""

import csv
import json
from datetime import date
from pathlib import Path

from tests.reference.months import day, end_of
from tests.reference.world import Record, World


class Handed(World):
    """The world, and what only the officers' own files say."""

    def __init__(self):
        super().__init__()
        self.regions = {}  # cooperative -> village
        self.files = {}  # family -> what referrals are decided by
        self.held = {}  # session -> what was handed in


def read_world(directory):
    world = Handed()
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
    number, founded = row["nomor_koperasi"], day(row["tanggal_berdiri"])
    world.regions[number] = row["kode_desa"]
    world.registrations[number].append((founded, "", row["kode_desa"]))
    world.saw("cooperative", founded)
    if row["status"] != "REGISTERED":
        since = day(row["tanggal_status"])
        world.statuses[number].append((1, since, "", row["status"]))
        world.saw("cooperative", since)


def read_facilitator(world, row):
    year = int(row["tahun"])
    target = (1, "", row["kode_kabupaten"], int(row["target"]))
    world.targets[row["nomor_pendamping"], year].append(target)
    world.saw("beneficiary", date(year, 1, 1))


def read_family(world, row):
    number, representative = row["nomor_keluarga"], row["nik_pengurus"]
    persons = ([representative] if representative else []) + row["nik_anggota"].split()
    entered = day(row["tanggal_masuk"])
    family = world.families[number]
    family["enrolments"].append(
        Record(1, entered, "", row["kode_desa"], persons, decile_band(row["desil"]), row["program"])
    )
    if row["nomor_pendamping"]:
        family["assignments"].append((entered, row["nomor_pendamping"]))
    world.files[number] = {
        "representative": representative,
        "born": day(row["tanggal_lahir_pengurus"]),
        "decile": int(row["desil"]),
        "business": row["jenis_usaha"],
        "enrolled": entered,
        "region": row["kode_desa"],
    }
    world.saw("beneficiary", entered)


def decile_band(text):
    decile = int(text)
    if decile <= 4:
        return "D1_2" if decile <= 2 else "D3_4"
    return "D5" if decile == 5 else "D6_10"


def read_member(world, row):
    key = (row["nik"], row["nomor_koperasi"])
    for step, column in (
        ("applied", "tanggal_daftar"),
        ("approved", "tanggal_disetujui"),
        ("activated", "tanggal_aktif"),
    ):
        take_step(world, key, step, day(row[column]))


def take_step(world, key, step, when):
    if when is not None:
        entry = (when, "", world.regions[key[1]]) if step == "activated" else when
        world.memberships[key][step].append(entry)
        world.saw("cooperative", when)


def membership_step(step, column):
    def read(world, item):
        take_step(world, (item["national_id"], item["cooperative_number"]), step, day(item[column]))

    return read


def record_month(world, item):
    key = (item["national_id"], item["cooperative_number"], item["month"])
    for kept, field in ((world.savings, "savings_paid"), (world.transactions, "transacted")):
        if item.get(field) is not None:
            kept[key].append(item[field])
            world.saw("cooperative", end_of(item["month"]))


def benefit(world, item):
    entry = (day(item["granted_on"]), item["kind"])
    world.benefits[item["national_id"], item["cooperative_number"]].append(entry)
    world.saw("cooperative", entry[0])


def mentor(world, item):
    when = day(item["mentored_on"])
    world.mentored.add((item["cooperative_number"], when.year))
    world.saw("cooperative", when)


def grant_capital(world, item):
    when = day(item["granted_on"])
    world.capital.add((item["cooperative_number"], when.year, item["kind"]))
    world.saw("cooperative", when)


def form_business_group(world, item):
    entry = (day(item["formed_on"]), "", item["region"], item["status"])
    world.business_groups[item["group_number"]].append(entry)
    world.saw("cooperative", entry[0])


def move_business_group(world, item):
    entry = (item["status"], day(item["effective_on"]))
    world.group_steps[item["group_number"]].append(entry)
    world.saw("cooperative", entry[1])


def succeed(world, item):
    entry = (item["successor_number"], day(item["happened_on"]))
    world.successions[item["group_number"]].append(entry)
    world.saw("cooperative", entry[1])


def take_role(world, item):
    entry = (day(item["joined_on"]), "", item["role"])
    world.roles[item["national_id"], item["group_number"]].append(entry)
    world.saw("cooperative", entry[0])


def become(world, item):
    world.became.add(item["group_number"])
    world.saw("cooperative", day(item["became_on"]))


def run_referrals(world, item):
    issued = day(item["issued_on"])
    for number, file in world.files.items():
        inside = (file["region"] + ".").startswith(item["area"] + ".")
        person, born = file["representative"], file["born"]
        if not inside or not person or person in world.referrals or file["enrolled"] > issued:
            continue
        age = issued.year - born.year - ((issued.month, issued.day) < (born.month, born.day))
        if 17 <= age <= 64 and file["business"] and file["decile"] <= 5:
            world.referrals[person].append((issued, "", "", file["region"], number))
            world.saw("beneficiary", issued)


def hold_session(world, item):
    held = day(item["held_on"])
    people = sum(one["count"] for one in item.get("participants", []))
    entry = (held, "", item["activity"], item["district"], people, item.get("group_number"))
    world.sessions[item["session_number"]].append(entry)
    world.held[item["session_number"]] = {**item, "held": held}
    world.saw("training", held)


def attend(world, item):
    if item.get("family_number"):
        session = world.held[item["session_number"]]
        if session["activity"] == "P2K2":
            entry = (session["held"], session.get("modules", []))
            world.families[item["family_number"]]["attended"].append(entry)


def complete(world, item):
    world.trainings[item["national_id"]].append(day(item["completed_on"]))
    world.saw("training", day(item["completed_on"]))


def approve(world, item):
    approved = day(item["approved_on"])
    world.families[item["family_number"]]["graduations"].append(approved)
    world.saw("beneficiary", approved)


def leave(world, item):
    left = day(item["exited_on"])
    world.families[item["family_number"]]["exits"].append((left, item["reason"]))
    world.saw("beneficiary", left)


def visit(world, item):
    visited, decile = day(item["visited_on"]), item.get("decile")
    band = decile_band(decile) if decile else None
    entry = (visited, item["outcome"], item.get("self_reliance"), band)
    world.families[item["family_number"]]["visits"].append(entry)
    world.saw("beneficiary", visited)


def seen_only(service, column):
    def read(world, item):
        world.saw(service, day(item[column]))

    return read


def no_fact(_world, _item):
    """What an office says of its own reports happens in no month of the programme."""


READERS = {
    "/v1/memberships/applications": membership_step("applied", "applied_on"),
    "/v1/memberships/approvals": membership_step("approved", "approved_on"),
    "/v1/memberships/activations": membership_step("activated", "activated_on"),
    "/v1/memberships/lapses": membership_step("ended", "lapsed_on"),
    "/v1/memberships/resignations": membership_step("ended", "resigned_on"),
    "/v1/memberships/reinstatements": membership_step("returned", "reinstated_on"),
    "/v1/memberships/activity": record_month,
    "/v1/memberships/benefits": benefit,
    "/v1/cooperatives/mentoring": mentor,
    "/v1/cooperatives/capital": grant_capital,
    "/v1/referrals/runs": run_referrals,
    "/v1/referrals/contacts": seen_only("beneficiary", "contacted_on"),
    "/v1/referrals/interests": seen_only("beneficiary", "interested_on"),
    "/v1/referrals/declines": seen_only("beneficiary", "declined_on"),
    "/v1/sessions": hold_session,
    "/v1/attendance": attend,
    "/v1/completions": complete,
    "/v1/graduations/proposals": seen_only("beneficiary", "proposed_on"),
    "/v1/graduations/verifications": seen_only("beneficiary", "verified_on"),
    "/v1/graduations/approvals": approve,
    "/v1/exits": leave,
    "/v1/visits": visit,
    "/v1/groups": form_business_group,
    "/v1/groups/statuses": move_business_group,
    "/v1/groups/successors": succeed,
    "/v1/groups/cooperatives": become,
    "/v1/groups/members": take_role,
    "/v1/reports/obligations": no_fact,
    "/v1/reports/closings": no_fact,
    "/v1/reports/declarations": no_fact,
}
