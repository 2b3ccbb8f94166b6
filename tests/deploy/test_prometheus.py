"""Metrics, alerts and the operator's page keep one another's promises."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import generate_latest
from sqlalchemy import create_engine

from lintas.operator_pages import BEGIN, END, metrics_page, settings_table, with_settings
from lintas.registry import SERVICES
from lintas.schemas import ROOT, drifted, generated
from services.monitoring.settings import MonitoringSettings
from shared.observability import metrics
from shared.service.health_checks import service_health
from shared.settings import names_of
from tests.deploy.rules import PROMETHEUS, RULES, TESTS, alerts, faster, promtool, rules
from tests.kit.links import anchors

PAGE = ROOT / "docs" / "operate" / "watch.md"
ALERTS = alerts()
NAMES = [one["alert"] for one in ALERTS]
NAMED = {one.name: one for one in metrics.METRICS}
LABELS = {"service", "topic", "type", "outcome", "source", "reason", "method", "status_class"}
LABELS |= {"invariant", "partition", "part", "route"}
"""All labels that a metric may have: none of them can hold a person, a facilitator, a cooperative or a village."""
ALWAYS_FIRES = "LintasWatchdog"
SUFFIXES: dict[str, tuple[str, ...]] = {
    "gauge": (
        "_events",
        "_seconds",
        "_records",
        "_partitions",
        "_cases",
        "_state",
        "_bytes",
        "_files",
    )
}
SUFFIXES |= {"counter": ("_total",), "histogram": ("_seconds",)}


def cases(alert: str) -> list[tuple[str, bool]]:
    """The promtool tests of an alert: their names, and whether it is expected to fire."""
    return [
        (test["name"], bool(one["exp_alerts"]))
        for path in TESTS
        for test in yaml.safe_load(path.read_text())["tests"]
        for one in test["alert_rule_test"]
        if one["alertname"] == alert
    ]


def test_promtool_finds_the_rules_and_the_configuration_right() -> None:
    """Syntax, templates, and the files that the configuration names."""
    checked = promtool("check", "config", str(PROMETHEUS / "prometheus.yml"))
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert all(f"Checking {path}" in checked.stdout for path in RULES)


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_promtool_sees_each_alert_fire_and_keep_silent(path: Path) -> None:
    """The tests of deploy/prometheus/tests."""
    tested = promtool("test", "rules", str(path))
    assert tested.returncode == 0, tested.stdout + tested.stderr


@pytest.mark.parametrize("alert", NAMES)
def test_every_alert_is_fired_once_and_kept_silent_once(alert: str) -> None:
    """A test that says `X fires ...` and one that says `X is silent ...`."""
    found = cases(alert)
    assert any(fires and name.startswith(f"{alert} fires ") for name, fires in found)
    silent = any(not fires and name.startswith(f"{alert} is silent ") for name, fires in found)
    assert silent == (alert != ALWAYS_FIRES)


@pytest.mark.parametrize("alert", ALERTS, ids=NAMES)
def test_every_alert_says_how_bad_it_is_what_it_is_and_what_to_do(alert: dict[str, Any]) -> None:
    """Severity, one line in each language, and a heading of the operator's page."""
    assert alert["labels"]["severity"] in ("critical", "warning", "info")
    said = alert["annotations"]
    assert said.keys() == {"ringkasan", "summary", "runbook"}
    page, _, anchor = said["runbook"].partition("#")
    assert page == "docs/operate/watch.md"
    assert anchor == alert["alert"].lower()
    assert anchor in anchors(PAGE)


def test_the_pages_name_parts_as_readiness_does() -> None:
    """What is missing in `/health/ready` is found on the pages under the same name."""
    health = service_health(create_engine("sqlite://"), "127.0.0.1:1")
    built = (ROOT / "shared" / "service" / "build.py").read_text("utf-8")
    watched = set(re.findall(r'Watched\("(\w+)"', built))
    assert watched == {"relay", "consumer", "drafts"}
    pages = "\n".join(page.read_text("utf-8") for page in sorted(PAGE.parent.glob("*.md")))
    lines = [one for one in pages.splitlines() if "`/health/ready`" in one]
    named = {word for line in lines for word in re.findall(r"`([a-z]+)`", line)}
    assert named <= {*health._checks, *watched}
    assert watched <= named


def test_the_operators_page_has_no_alert_that_does_not_exist() -> None:
    """In the order in which they are asked for, none twice."""
    headings = re.findall(r"^### (Lintas\w+)$", PAGE.read_text(), re.MULTILINE)
    assert sorted(headings) == sorted(NAMES)
    assert len(set(NAMES)) == len(NAMES)


def test_commands_of_the_page_exist() -> None:
    """The programs know every command that the pages give."""
    from typer.main import get_command

    from lintas.main import app

    known = get_command(app).commands  # type: ignore[attr-defined]
    said = re.findall(r"`lintas ([a-z]+)(?: (?:[A-Z]+|([a-z]+)))?", PAGE.read_text())
    assert said
    for name, inner in said:
        assert name in known
        assert not inner or inner in getattr(known[name], "commands", {inner})
    for inner in re.findall(r"python -m services\.\w+ ([a-z]+)", PAGE.read_text()):
        assert inner in known["monitoring"].commands


def test_every_metric_that_a_rule_or_the_page_names_is_in_the_list() -> None:
    """And every recorded series that an alert names is recorded."""
    texts = [path.read_text() for path in (*RULES, *TESTS, PAGE)]
    named = {name for text in texts for name in re.findall(r"(?<![:\w])lintas_\w+", text)}
    assert named <= NAMED.keys()
    recorded = {rule["record"] for path in RULES for rule in rules(path) if "record" in rule}
    used = {name for text in texts for name in re.findall(r"\w+:lintas_\w+:\w+", text)}
    assert used == recorded


@pytest.mark.parametrize("metric", metrics.METRICS, ids=lambda one: one.name)
def test_every_metric_is_named_by_the_conventions_and_has_a_text(metric: Any) -> None:
    """Prefix, base unit or `_total`, help text, only known labels."""
    assert re.fullmatch(r"lintas(_[a-z]+)+", metric.name)
    assert metric.name.endswith(SUFFIXES[metric.kind])
    assert len(metric.text) > 10
    assert set(metric.labels) <= LABELS


def test_the_list_is_complete_and_promtool_agrees_with_it() -> None:
    """Nothing of ours is exposed that is not in the list; promtool's linter has no complaint."""
    text = generate_latest().decode()
    exposed = set(re.findall(r"^# TYPE (lintas_\w+)", text, re.MULTILINE))
    assert {one.removesuffix("_created") for one in exposed} <= {
        name.removesuffix("_total") for name in NAMED
    } | NAMED.keys()
    checked = promtool("check", "metrics", given=text)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_every_metric_is_set_somewhere() -> None:
    """A name that nothing sets would promise a figure that never comes."""
    declared = re.findall(r"^([A-Z_]+) = _", Path(metrics.__file__).read_text(), re.MULTILINE)
    assert len(declared) == len(metrics.METRICS)
    modules = [path for room in ("shared", "services") for path in (ROOT / room).rglob("*.py")]
    code = "".join(path.read_text() for path in modules if path != Path(metrics.__file__))
    assert [name for name in declared if not re.search(rf"\b{name}\.", code)] == []


def test_pages_for_operators_are_in_step_with_the_code() -> None:
    """If this fails run `make schemas`."""
    pages = {
        path.relative_to(ROOT / "docs").as_posix()
        for path in generated()
        if ROOT / "docs" in path.parents
    }
    assert pages >= {"metrics.md", "operate/install.md"}
    assert drifted(generated()) == [], "run `make schemas` and commit"


def test_the_page_of_settings_has_every_setting_and_a_stale_one_is_seen(tmp_path: Path) -> None:
    """Names, defaults and meanings; without the markers it is refused."""
    table = settings_table()
    for field in MonitoringSettings.model_fields:
        assert any(
            name.replace("_MONITORING_", "_<SERVICE>_") in table or name in table
            for name in names_of(MonitoringSettings, field)
        )
    assert "None" not in table
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    assert with_settings(page) == f"before\n{BEGIN}\n{table}{END}\nafter\n"
    page.write_text("no markers")
    with pytest.raises(ValueError, match="needs the lines"):
        with_settings(page)
    assert all(f"`{one.name}`" in metrics_page() for one in metrics.METRICS)


def test_each_service_is_a_scrape_job_of_its_own() -> None:
    """The rules compare jobs; two services in one job would hide each other's lag."""
    config = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())
    hosts = {
        job["job_name"]: {
            target.split(":")[0]
            for one in job.get("static_configs", ())
            for target in one["targets"]
        }
        for job in config["scrape_configs"]
    }
    for name in SERVICES:
        assert all(host.startswith(name) for host in hosts[name])


def test_rules_are_made_faster_without_any_other_change() -> None:
    """What the live test runs is the rule of the deployment with other durations."""
    assert faster("a[1h] offset 10m\nfor: 5m\n x > 2 * 60 or y > 3 * 24 * 3600", 120) == (
        "a[30000ms] offset 5000ms\nfor: 2500ms\n x > 2 * 0.5 or y > 3 * 24 * 30.0"
    )
    for path in RULES:
        assert faster(path.read_text(), 1).count("\n") == path.read_text().count("\n")
