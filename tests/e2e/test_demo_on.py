"""`lintas demo --on`: the same pilot played over the network into what runs already."""

import json
from pathlib import Path

from typer.testing import CliRunner

from lintas.main import app
from tests.e2e.conftest import Played
from tests.e2e.pilot_run import assert_figures, demo_on


def test_played_again_over_the_network_the_releases_are_those_of_the_reference(
    played: Played, tmp_path: Path
) -> None:
    """Nothing is counted twice, and no token is printed."""
    pilot_run, tokens, keep = played.pilot_run, tmp_path / "tokens.json", tmp_path / "kept"
    tokens.write_text(json.dumps(pilot_run.stack.tokens), "utf-8")
    tokens.chmod(0o600)
    answer = CliRunner().invoke(app, demo_on(pilot_run, tokens, keep))
    assert answer.exit_code == 0, answer.output
    folders = sorted(keep.glob("releases/*"), key=lambda one: int(one.name))
    assert [one.name for one in folders] == ["3", "4"]
    played.releases += [json.loads((one / "figures.json").read_text())["rows"] for one in folders]
    assert_figures(played.releases, pilot_run.count(), played.answers.until)
    assert not [token for token in pilot_run.stack.tokens.values() if token in answer.output]
