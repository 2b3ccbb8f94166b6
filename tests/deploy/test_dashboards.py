"""Dashboards: every query names what exists and is answered by a real Prometheus; Grafana's fields are right."""

import json
import math
import re
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import yaml

from lintas.broker import free_port
from lintas.dashboards import DATASOURCE, FOLDER, MADE, declared
from lintas.schemas import ROOT
from tests.deploy import recorded
from tests.deploy.drawing import Series, picture
from tests.programs import needed

DASHBOARDS = {
    path.stem: json.loads(path.read_text("utf-8")) for path in sorted(MADE.glob("*.json"))
}
PICTURES = ROOT / "docs" / "operate" / "pictures"
QUERIES = [
    (name, panel["title"], target["expr"])
    for name, one in DASHBOARDS.items()
    for panel in one["panels"]
    for target in panel["targets"]
]
NAME = re.compile(r"\b[a-z]\w*(?::\w+)+|\b(?:lintas|pg|kafka|node|process|prometheus)_\w+")
UNITS = {"short", "s", "ops", "reqps", "bytes", "percentunit"}


def test_there_is_a_dashboard_for_each_question() -> None:
    """The road, the truth, the services, and what they run on."""
    assert (
        set(DASHBOARDS)
        == set(declared())
        == {"road", "truth", "services", "postgres", "kafka", "host"}
    )


@pytest.mark.parametrize("name", DASHBOARDS)
def test_a_dashboard_has_the_fields_of_grafanas_classic_model(name: str) -> None:
    """Those without which Grafana shows nothing, of its types; panels do not overlap and fit 24 columns."""
    one = DASHBOARDS[name]
    assert one["uid"] == f"lintas-{name}"
    assert isinstance(one["schemaVersion"], int)
    assert set(one["time"]) == {"from", "to"}
    panels = one["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken = [cell for panel in panels for cell in _cells(panel["gridPos"])]
    assert len(taken) == len(set(taken))
    assert max(x for x, _ in taken) < 24
    for panel in panels:
        assert panel["type"] in ("timeseries", "stat")
        assert panel["datasource"] == DATASOURCE
        assert panel["fieldConfig"]["defaults"]["unit"] in UNITS
        assert [target["refId"] for target in panel["targets"]] == ["A", "B", "C"][
            : len(panel["targets"])
        ]


def _cells(at: dict[str, int]) -> Iterator[tuple[int, int]]:
    for x in range(at["x"], at["x"] + at["w"]):
        yield from ((x, y) for y in range(at["y"], at["y"] + at["h"]))


def test_grafana_is_given_its_datasource_and_the_folder_of_the_compose_file() -> None:
    """Under the uid that every panel names, read only, at the address of the Compose file."""
    [source] = yaml.safe_load((FOLDER / "provisioning/datasources/prometheus.yml").read_text())[
        "datasources"
    ]
    assert {key: source[key] for key in DATASOURCE} == DATASOURCE
    assert (source["url"], source["access"], source["editable"]) == (
        "http://prometheus:9090",
        "proxy",
        False,
    )
    [provider] = yaml.safe_load((FOLDER / "provisioning/dashboards/lintas.yml").read_text())[
        "providers"
    ]
    assert (provider["type"], provider["allowUiUpdates"]) == ("file", False)
    parts = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    mounted = dict(one.split(":")[:2] for one in parts["grafana"]["volumes"])
    assert mounted["./deploy/grafana/dashboards"] == provider["options"]["path"]
    assert mounted["./deploy/grafana/provisioning"] == "/etc/grafana/provisioning"


@pytest.mark.parametrize(("name", "title", "query"), QUERIES, ids=str)
def test_every_query_names_metrics_that_exist(name: str, title: str, query: str) -> None:
    """Of ours, of a rule, or of an exporter."""
    named = set(NAME.findall(query))
    assert named, f"{name}: {title} asks for nothing"
    assert named <= recorded.known()


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Prometheus with the recorded hour; its address."""
    folder = tmp_path_factory.mktemp("recorded")
    recorded.write_blocks(folder)
    (folder / "prometheus.yml").write_text("{}")
    port = free_port()
    command = [
        needed("prometheus"), f"--config.file={folder}/prometheus.yml",
        f"--storage.tsdb.path={folder}/data", "--storage.tsdb.retention.time=50y",
        f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn",
    ]  # fmt: skip
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _wait(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def _wait(url: str) -> None:
    for _ in range(600):
        try:
            if httpx.get(f"{url}/-/ready").status_code == 200:
                return
        except httpx.ConnectError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"no answer from {url}")


def ask(url: str, target: dict[str, str]) -> list[Series]:
    """The answer to a query over the recorded hour, named as Grafana names it; points without a number left out."""
    window: dict[str, str | float] = {
        "query": target["expr"], "start": recorded.BEGIN, "end": recorded.END, "step": 60,
    }  # fmt: skip
    answer = httpx.get(f"{url}/api/v1/query_range", params=window, timeout=30).json()
    assert answer["status"] == "success", answer
    return [_named(target["legendFormat"], one) for one in answer["data"]["result"]]


def _named(legend: str, one: dict[str, Any]) -> Series:
    name = re.sub(r"\{\{(\w+)\}\}", lambda found: one["metric"].get(found[1], "?"), legend)
    points = [(float(when), float(value)) for when, value in one["values"]]
    return name, [(when, value) for when, value in points if math.isfinite(value)]


@pytest.mark.parametrize("name", DASHBOARDS)
def test_every_query_is_answered_and_the_picture_of_the_docs_shows_it(
    prometheus: str, name: str, pytestconfig: pytest.Config
) -> None:
    """Each query has lines with points, each label of a legend exists; `--pictures` draws the answers."""
    one, panels = DASHBOARDS[name], []
    for panel in one["panels"]:
        answers = [ask(prometheus, target) for target in panel["targets"]]
        assert all(answers), panel["title"]
        lines = [line for answer in answers for line in answer if line[1]]
        assert lines, panel["title"]
        assert not [legend for legend, _ in lines if "?" in legend]
        panels.append((panel["title"], panel["fieldConfig"]["defaults"]["unit"], lines))
    path = PICTURES / f"{name}.svg"
    if pytestconfig.getoption("--pictures"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(picture(one["title"], panels), "utf-8")
    drawn = path.read_text("utf-8")
    assert all(panel["title"].replace("&", "&amp;") in drawn for panel in one["panels"])
