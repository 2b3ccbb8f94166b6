"""What monitoring sees of months that were closed as nil and have records, and who may read it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from services.monitoring.api import routers
from services.monitoring.figures.compute import nil_denied
from shared.database.engine import open_engine
from shared.events.reporting import OWNER_OF, ReportClosed, ReportList, named_id
from shared.events.training import TrainingCompleted
from shared.http.app import create_api
from shared.observability.health import Health
from shared.security.keys import init_keys
from shared.security.tokens import TokenBook, issue
from tests import parts
from tests.kit.figures import opened
from tests.kit.full_story import FullStory
from tests.kit.story import NOW, day, pseudonym, uid
from tests.kit.story_log import StoryLog

JANUARY, MAY = "2026-01-12", "2026-05-12"
Record = Callable[["Office"], object]
Tokened = tuple[TestClient, dict[str, dict[str, str]]]
"""A client, and the header of each token by its name."""


class Office(FullStory):
    """Everything that a record needs happened in January; Jember closed May of every list as nil."""

    def __init__(self) -> None:
        super().__init__()
        self.enrol_in("f", JANUARY, "a")
        self.refer_of("a", "f", JANUARY)
        self.target("p", 2026, 10)
        self.register("c", JANUARY)
        self.apply("a", JANUARY)
        self.activate("a", JANUARY)
        self.form_group("g", JANUARY)
        self.hold_for("g", "s", JANUARY)
        for name in ReportList:
            self.close_as_nil(name)

    def close_as_nil(
        self, name: ReportList, month: str = "2026-05", district: str = "35.09"
    ) -> None:
        """A month of a list is closed as nil."""
        source = OWNER_OF[name]
        key = named_id(source, name, district, month)
        closed = ReportClosed(
            report=key,
            list=name,
            district=district,
            month=month,
            nil=True,
            closed_on=day("2026-06-02"),
        )
        self.tell(str(key), closed, source)

    def complete_by_right(self, on: str) -> None:
        """The member completes a training, by right of the membership."""
        done = TrainingCompleted(
            training=uid("t"), activity="TRAINING", completed_on=on, entitlement=uid("m1")
        )
        self.tell(pseudonym("a"), done)

    def meet_and_attend(self, on: str) -> None:
        """The group meets; the family comes."""
        self.hold_for("g", "late", on)
        self.attend("f", on, session="late")

    @property
    def denied(self) -> list[tuple[str, str, str]]:
        """Kabupaten, month and list of what was not nil."""
        with opened(self.events) as duck:
            return [(one.region, one.period, one.band) for one in nil_denied(duck)]


RECORDS: dict[str, tuple[Record, set[str]]] = {
    "enrolment": (lambda one: one.enrol_in("f2", MAY), {"FAMILIES"}),
    "change": (lambda one: one.change_band("f", 2, MAY, "D5", "a"), {"FAMILIES"}),
    "exit": (lambda one: one.exit("f", MAY), {"EXITS"}),
    "graduation": (lambda one: one.graduate("f", MAY), {"EXITS"}),
    "referral": (lambda one: one.refer_of("b", "f", MAY, "r2"), {"REFERRALS"}),
    "contact": (lambda one: one.contact("a", MAY), {"REFERRALS"}),
    "interest": (lambda one: one.interest("a", MAY), {"REFERRALS"}),
    "decline": (lambda one: one.decline("a", MAY), {"REFERRALS"}),
    "assignment": (lambda one: one.assign("f", "p", MAY), {"FACILITATORS"}),
    "cooperative": (lambda one: one.register("c2", MAY), {"COOPERATIVES"}),
    "status": (lambda one: one.set_status("c", 1, MAY, "OPERATING"), {"COOPERATIVES"}),
    "meeting": (lambda one: one.meet("c", 2025, MAY), {"COOPERATIVES"}),
    "application": (lambda one: one.apply("b", MAY, "m2"), {"MEMBERS"}),
    "approval": (lambda one: one.approve("a", MAY), {"MEMBERS"}),
    "resignation": (lambda one: one.resign("a", MAY), {"MEMBERS"}),
    "lapse": (lambda one: one.lapse("a", MAY), {"MEMBERS"}),
    "group": (lambda one: one.form_group("g2", MAY), {"GROUPS"}),
    "joining": (lambda one: one.join_group("f", "g", MAY), {"GROUPS"}),
    "session": (lambda one: one.hold_for("g", "s2", MAY), {"SESSIONS"}),
    "attendance": (lambda one: one.meet_and_attend(MAY), {"SESSIONS", "ATTENDANCE"}),
    "training": (lambda one: one.complete_by_right(MAY), {"TRAININGS"}),
}


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_denies_the_nil_of_its_list_and_month_alone(name: str) -> None:
    """Whatever its kind; without it every closing is as it was said."""
    office, (record, lists) = Office(), RECORDS[name]
    assert office.denied == []
    record(office)
    assert office.denied == [("35.09", "2026-05", one) for one in sorted(lists)]


def test_every_list_has_a_record_that_denies_its_nil() -> None:
    """A list that is added later is missing here."""
    assert set().union(*(lists for _, lists in RECORDS.values())) == set(ReportList)


def test_a_record_that_was_taken_back_denies_nothing() -> None:
    """Nor one of another month."""
    office = Office()
    wrong = office.enrol_in("f2", MAY)
    office.enrol_in("f3", "2026-04-12")
    office.correct(wrong)
    assert office.denied == []


@pytest.fixture
def client(tmp_path: Path) -> Tokened:
    """Monitoring over a cut in which Jember's May of families was not nil."""
    office = Office()
    office.enrol_in("f2", MAY)
    log = StoryLog(open_engine(parts.current().fresh_database()))
    log.take(*office.events)
    log.cuts.current(NOW)
    init_keys(tmp_path / "keys", ["monitoring"])
    path, end = tmp_path / "keys" / "monitoring" / "tokens.json", NOW + timedelta(days=9)
    book, headers = TokenBook(path), {}
    for name, scope, area in (
        ("nation", "exact", "*"), ("jember", "exact", "35.09"), ("there", "exact", "35.13"),
        ("other", "release", "*"),
    ):  # fmt: skip
        scopes = [f"monitoring:{scope}"]
        token = issue(path, name=name, agency="BP_TASKIN", scopes=scopes, areas=[area], expires=end)
        headers[name] = {"Authorization": f"Bearer {token}"}
    api = create_api("monitoring", log.engine, book, Health(), now=lambda: NOW)
    for router in routers(log.cuts):
        api.include_router(router)
    return TestClient(api), headers


def read(client: Tokened, who: str | None, area: str) -> tuple[int, list[str]]:
    """Status, and kabupaten, list and month of each closing that was denied."""
    http, tokens = client
    headers = tokens[who] if who else {}
    answer = http.get("/v1/reporting/nil", params={"area": area}, headers=headers)
    found = answer.json().get("reports", ())
    return answer.status_code, [f"{one['district']} {one['list']} {one['month']}" for one in found]


def test_the_offices_of_the_area_and_nobody_else_read_it(client: Tokened) -> None:
    """To everybody it would say that a published 0 is a small number by now."""
    line = ["35.09 FAMILIES 2026-05"]
    assert read(client, "jember", "35.09") == (200, line)
    assert read(client, "nation", "*") == read(client, "nation", "35") == (200, line)
    assert read(client, "there", "35.13") == (200, [])
    assert read(client, "there", "35.09")[0] == read(client, "jember", "35")[0] == 403
    assert (read(client, None, "35.09")[0], read(client, "other", "*")[0]) == (401, 403)
    assert read(client, "nation", "Jember")[0] == 422


def test_the_public_answer_says_nothing_of_it(client: Tokened) -> None:
    """The month is closed, and that is all."""
    answer = client[0].get("/v1/reporting?month=2026-05&area=35.09&list=FAMILIES").json()
    assert answer["reports"] == [
        {"district": "35.09", "list": "FAMILIES", "month": "2026-05", "expected": False, "closed": True}
    ]  # fmt: skip
