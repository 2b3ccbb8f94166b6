"""The dashboards of Grafana, as JSON files that `lintas schemas` makes from `deploy/grafana/dashboards.toml`."""

import json
import tomllib
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "deploy" / "grafana"
DECLARED, MADE = FOLDER / "dashboards.toml", FOLDER / "dashboards"
DATASOURCE = {"type": "prometheus", "uid": "prometheus"}
WIDTH, HEIGHT = 12, 8
"""Of a panel in Grafana's grid of 24 columns: two side by side."""
SCHEMA_VERSION = 39


def dashboard_files() -> dict[Path, str]:
    """Every dashboard and its text."""
    return {
        MADE / f"{name}.json": json.dumps(_dashboard(name, one), indent=1, ensure_ascii=False)
        + "\n"
        for name, one in declared().items()
    }


def declared() -> dict[str, dict[str, Any]]:
    """The dashboards by name, as they are declared."""
    return tomllib.loads(DECLARED.read_text("utf-8"))


def _dashboard(name: str, one: dict[str, Any]) -> dict[str, Any]:
    return {
        "uid": f"lintas-{name}",
        "title": one["title"],
        "tags": ["lintas"],
        "schemaVersion": SCHEMA_VERSION,
        "editable": False,
        "refresh": "30s",
        "timezone": "Asia/Jakarta",
        "time": {"from": "now-6h", "to": "now"},
        "panels": [_panel(number, panel) for number, panel in enumerate(one["panel"])],
    }


def _panel(number: int, panel: dict[str, Any]) -> dict[str, Any]:
    row, column = divmod(number, 24 // WIDTH)
    return {
        "id": number + 1,
        "type": panel.get("kind", "timeseries"),
        "title": panel["title"],
        "datasource": DATASOURCE,
        "gridPos": {"x": column * WIDTH, "y": row * HEIGHT, "w": WIDTH, "h": HEIGHT},
        "fieldConfig": {"defaults": {"unit": panel["unit"]}, "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + at), "expr": query, "legendFormat": legend}
            for at, (legend, query) in enumerate(panel["queries"].items())
        ],
    }
