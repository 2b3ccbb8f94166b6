"""`lintas demo --on`, where what it is to play into does not answer."""

import json
from pathlib import Path

from typer.testing import CliRunner

from lintas.main import app
from lintas.pilot.numbers import Numbers
from tests.e2e.pilot_run import demo_on, lay


def test_a_deployment_that_is_away_is_reported_without_a_trace(tmp_path: Path) -> None:
    """One line, and that the command may be given again."""
    pilot_run = lay(tmp_path / "run", Numbers.small())
    tokens = tmp_path / "tokens.json"
    tokens.write_text(json.dumps(pilot_run.stack.tokens), "utf-8")
    tokens.chmod(0o600)
    answer = CliRunner().invoke(app, demo_on(pilot_run, tokens, tmp_path / "kept"))
    assert answer.exit_code == 2
    assert "again" in answer.output
    assert "/metrics: " in answer.output.replace("\n", "")
    assert "Traceback" not in answer.output
