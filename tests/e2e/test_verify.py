"""Anybody who holds the topics makes a release again: the same bytes, or the figure that differs."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from typer.testing import CliRunner

from lintas.main import app
from services.monitoring import CARD
from services.monitoring.release.figure import Row
from services.monitoring.release.figures import figures_csv, figures_json, read_figures
from services.monitoring.release.manifest import Origin, write_manifest
from shared.security.keys import load_signer
from tests.e2e.conftest import Played


def verify(played: Played, release: Path, topics: Path | None = None) -> tuple[int, str]:
    """Exit code and what the command said, over the kept topics."""
    directory = played.directory
    result = CliRunner().invoke(
        app,
        [
            *("verify", str(release)),
            *("--trust", str(directory / "keys" / "trust.json")),
            *("--topics", str(topics or directory / "topics")),
        ],
        env={"COLUMNS": "300"},
    )
    return result.exit_code, " ".join(result.output.split())


def resigned(played: Played, target: Path, lines: Sequence[Row], vector: str | None = None) -> Path:
    """The first release with other figures or another vector, signed by monitoring itself."""
    source = played.directory / "releases" / "1"
    manifest = json.loads((source / "manifest.json").read_text("utf-8"))
    until = manifest["until"]
    origin = Origin(
        1, until, manifest["recorded_until"], manifest["definitions"], None, manifest["reason"],
        manifest["cause"], vector=vector or manifest["vector"]["sha256"],
    )  # fmt: skip
    figures, table = figures_json(until, lines), figures_csv(lines)
    signer = load_signer(played.directory / "keys", CARD.name)
    target.mkdir(parents=True)
    (target / "figures.json").write_bytes(figures)
    (target / "figures.csv").write_bytes(table)
    signed = write_manifest(origin, {"figures.json": figures, "figures.csv": table}, lines, signer)
    (target / "manifest.json").write_bytes(signed)
    return target


def test_a_release_is_made_again_from_the_kept_topics(played: Played) -> None:
    """Both of them, on an empty database in a folder of its own."""
    code, said = verify(played, played.directory / "releases" / "2")
    assert code == 0, said
    assert "signature, hashes, chain hold" in said
    assert "figures, the same bytes" in said


def test_a_figure_that_its_publisher_changed_is_named(played: Played, tmp_path: Path) -> None:
    """Signed with the right key, five families more: the first figure that differs, both values."""
    body = (played.directory / "releases" / "1" / "figures.json").read_bytes()
    _, lines = read_figures(body)
    place = next(n for n, row in enumerate(lines) if row.id[:2] == ("01", "joined") and row.value)
    right = lines[place]
    assert right.value is not None
    lines[place] = right._replace(value=right.value + 5)
    code, said = verify(played, resigned(played, tmp_path / "1", lines))
    named = " ".join(part for part in right.id if part)
    assert code == 1
    assert f"{named}: {right.value + 5} (published), made again {right.value} (published)" in said


def test_a_file_that_a_stranger_changed_is_refused_before_any_log_is_read(
    played: Played, tmp_path: Path
) -> None:
    """Its hash is not the one that was signed."""
    copy = shutil.copytree(played.directory / "releases" / "1", tmp_path / "1")
    table = (copy / "figures.csv").read_bytes()
    (copy / "figures.csv").write_bytes(table.replace(b",published", b",hidden", 1))
    code, said = verify(played, copy)
    assert (code, "HASH_MISMATCH" in said) == (1, True)


def test_a_log_that_ends_too_early_is_named_with_both_sequences(
    played: Played, tmp_path: Path
) -> None:
    """The figures of an earlier state are never compared with the release."""
    topics = shutil.copytree(played.directory / "topics", tmp_path / "topics")
    file = topics / f"{CARD.listens_to[0].name}.ndjson"
    lines = file.read_text("ascii").splitlines(keepends=True)
    file.write_text("".join(lines[: len(lines) // 2]), "ascii")
    code, said = verify(played, played.directory / "releases" / "1", topics)
    assert code == 1
    assert f"LogTooShort: the log has all events of {CARD.listens_to[0].owner} up to" in said


def test_a_release_that_commits_to_another_vector_is_refused(
    played: Played, tmp_path: Path
) -> None:
    """Signed with the right key, but not made from the cut that was said on the log."""
    _, lines = read_figures((played.directory / "releases" / "1" / "figures.json").read_bytes())
    other = resigned(played, tmp_path / "1", lines, vector="0" * 64)
    code, said = verify(played, other)
    assert code == 1
    assert "release 1 does not commit to the cut that the log has" in said
