"""The audit of exact figures: one line for each request, with its outcome, after the decision."""

import logging
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from services.monitoring import service
from tests.unit.monitoring.test_api import Doors, small_world


@pytest.fixture
def doors(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Doors:
    """The doors with a small world behind them."""
    made = Doors(tmp_path)
    made.log.take(*small_world().events)
    made.client = type(made.client)(made.client.app, raise_server_exceptions=False)
    caplog.set_level(logging.INFO, "lintas.audit")
    return made


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the audit holds, in order."""
    return [one.getMessage() for one in caplog.records if one.name == "lintas.audit"]


def test_who_got_which_figures_is_written_down(
    doors: Doors, caplog: pytest.LogCaptureFixture
) -> None:
    """Name and agency, indicator, area and month, and that the figures were given."""
    assert doors.exact("social", "35.09", until="2026-02").status_code == 200
    assert lines(caplog) == [
        "exact figures allowed: social of SOCIAL_AFFAIRS, indicator 01, area 35.09, until 2026-02"
    ]


@pytest.mark.parametrize(
    ("token", "region", "indicator", "outcome"),
    [
        ("kecamatan", "35.09", "01", "refused AREA_FORBIDDEN: kecamatan of SOCIAL_AFFAIRS"),
        ("social", "35.13", "01", "refused AREA_FORBIDDEN: social of SOCIAL_AFFAIRS"),
        ("training", "35.09", "01", "refused AGENCY_FORBIDDEN: training of TRAINING"),
        ("publisher", "35.09", "01", "refused SCOPE_FORBIDDEN: publisher of BP_TASKIN"),
        ("social", "35.09", "03", "refused NOT_FOUND: social of SOCIAL_AFFAIRS"),
    ],
)
def test_a_refusal_is_written_down_with_its_code(
    doors: Doors,
    caplog: pytest.LogCaptureFixture,
    token: str,
    region: str,
    indicator: str,
    outcome: str,
) -> None:
    """Who asked for what, of which area, and the code that the caller got."""
    answer = doors.exact(token, region, indicator)
    asked = f"indicator {indicator}, area {region}, until -"
    assert lines(caplog) == [f"exact figures {outcome}, {asked}"]
    assert answer.json()["code"] in outcome


def test_a_stranger_is_written_down_without_a_name(
    doors: Doors, caplog: pytest.LogCaptureFixture
) -> None:
    """No token, or one that nobody knows; the token itself is in no line."""
    doors.tokens["stranger"] = "lintas_" + "x" * 43
    doors.exact("stranger", "35.09")
    doors.client.get("/v1/exact/01", params={"region": "35.09"})
    who = "nobody known of -, indicator 01, area 35.09, until -"
    assert lines(caplog) == [
        f"exact figures refused TOKEN_INVALID: {who}",
        f"exact figures refused TOKEN_REQUIRED: {who}",
    ]


def test_what_has_not_the_right_form_is_not_repeated(
    doors: Doors, caplog: pytest.LogCaptureFixture
) -> None:
    """A parameter may hold anything, a name for example."""
    doors.exact("social", "Siti Aminah", "xx", until="2026-13")
    (line,) = lines(caplog)
    assert line.startswith("exact figures refused FIELD_")
    assert line.endswith("indicator (not valid), area (not valid), until (not valid)")


@pytest.mark.parametrize(
    ("error", "status"),
    [(OperationalError("select", {}, Exception("gone")), 503), (RuntimeError("broken"), 500)],
)
def test_a_failure_is_written_down_after_it_happened(
    doors: Doors,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: int,
) -> None:
    """While the figures are counted nothing is written: the outcome is not known yet."""
    before: list[str] = ["not asked"]

    def fail(*_args: Any) -> None:
        before[:] = lines(caplog)
        raise error

    monkeypatch.setattr(service, "exact_figures", fail)
    assert doors.exact("social", "35.09").status_code == status
    assert before == []
    (line,) = lines(caplog)
    assert line.startswith(f"exact figures failed {type(error).__name__}: social of SOCIAL_AFFAIRS")
