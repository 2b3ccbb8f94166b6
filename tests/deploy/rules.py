"""The rules of deploy/prometheus as tests read them."""

import re
import subprocess
from pathlib import Path
from typing import Any

import yaml

from tests.programs import needed

PROMETHEUS = Path(__file__).resolve().parents[2] / "deploy" / "prometheus"
RULES = sorted((PROMETHEUS / "rules").glob("*.yml"))
TESTS = sorted((PROMETHEUS / "tests").glob("*.yml"))
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def promtool(*arguments: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run promtool; without it the test is skipped, and the session says so."""
    command = [needed("promtool"), *arguments]
    return subprocess.run(command, input=given, capture_output=True, text=True, check=False)


def rules(path: Path) -> list[dict[str, Any]]:
    """The rules of a file."""
    groups = yaml.safe_load(path.read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def alerts() -> list[dict[str, Any]]:
    """All alerting rules."""
    return [rule for path in RULES for rule in rules(path) if "alert" in rule]


def faster(text: str, times: int) -> str:
    """The same rules with every duration and every number of minutes or hours divided."""

    def shorter(found: re.Match[str]) -> str:
        return f"{int(found[1]) * _UNITS[found[2]] * 1000 // times}ms"

    text = re.sub(r"(?<=[\[ ])(\d+)([smhd])(?=[\])\n])", shorter, text)
    return re.sub(r"\b(60|3600)\b", lambda found: str(int(found[1]) / times), text)
