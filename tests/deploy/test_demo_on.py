"""`lintas demo --on`: the same pilot played over the network into what runs already."""

import json
from pathlib import Path

from typer.testing import CliRunner

from lintas.local import running
from lintas.main import app
from lintas.pilot.late import LAST_MONTH
from lintas.pilot.numbers import Numbers
from lintas.registry import SERVICES
from tests.e2e.pilot_run import PilotRun, assert_figures, lay


def arguments(pilot_run: PilotRun, tokens: Path, keep: Path) -> list[str]:
    """The command as an operator types it."""
    stack = pilot_run.stack
    on = [word for name in SERVICES for word in ("--on", f"{name}={stack.url(name)}")]
    # the ports of a test are any that are free: none is 100 above another
    metrics = [
        word for name in SERVICES for word in ("--metrics", f"{name}={stack.operations(name)}")
    ]
    return ["demo", "--small", *on, *metrics, "--tokens", str(tokens), "--keep", str(keep)]


def test_played_twice_over_the_network_the_releases_are_those_of_the_reference(
    tmp_path: Path,
) -> None:
    """The second time nothing is counted twice."""
    pilot_run = lay(tmp_path / "run", Numbers.small())
    tokens = tmp_path / "tokens.json"
    with running(pilot_run.stack):
        tokens.write_text(json.dumps(pilot_run.stack.tokens), "utf-8")
        tokens.chmod(0o600)
        releases: list[list[dict[str, object]]] = []
        for number in (1, 2):
            keep = tmp_path / f"kept-{number}"
            answer = CliRunner().invoke(app, arguments(pilot_run, tokens, keep))
            assert answer.exit_code == 0, answer.output
            folders = sorted(keep.glob("releases/*"), key=lambda one: int(one.name))
            assert [one.name for one in folders] == [str(2 * number - 1), str(2 * number)]
            releases += [json.loads((one / "figures.json").read_text())["rows"] for one in folders]
            assert_figures(releases, pilot_run.count(), LAST_MONTH)
            assert not [
                token for token in pilot_run.stack.tokens.values() if token in answer.output
            ]


def test_a_deployment_that_is_away_is_reported_without_a_trace(tmp_path: Path) -> None:
    """One line, and that the command may be given again."""
    pilot_run = lay(tmp_path / "run", Numbers.small())
    tokens = tmp_path / "tokens.json"
    tokens.write_text(json.dumps(pilot_run.stack.tokens), "utf-8")
    tokens.chmod(0o600)
    answer = CliRunner().invoke(app, arguments(pilot_run, tokens, tmp_path / "kept"))
    assert answer.exit_code == 2
    assert "again" in answer.output
    assert "/metrics: " in answer.output.replace("\n", "")
    assert "Traceback" not in answer.output
