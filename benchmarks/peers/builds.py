"""Builds the peers' jobs: Java by Maven, Quix Streams in an environment of its own."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

HERE = Path(__file__).parent
JAVA_JOB, QUIX_JOB = HERE / "kafka-streams", HERE / "quix"
KAFKA_STREAMS_HEAP = "-Xmx1g"


def kafka_streams(log: Path) -> list[str]:
    """The command of the job on Kafka Streams, built first."""
    _run(["mvn", "-q", "-B", "package"], JAVA_JOB, log)
    target = JAVA_JOB / "target"
    path = f"{target}/kafka-streams-job-1.jar:{target}/dependency/*"
    return ["java", KAFKA_STREAMS_HEAP, "-cp", path, "id.lintas.bench.Job"]


def quix_streams(directory: Path, log: Path) -> list[str]:
    """The command of the job on Quix Streams, in an environment made in this folder."""
    python = directory / "quix" / "bin" / "python"
    if not python.exists():
        _run([sys.executable, "-m", "venv", str(directory / "quix")], directory, log)
    wanted = ["-r", str(QUIX_JOB / "requirements.txt")]
    _run([str(python), "-m", "pip", "install", "-q", *wanted], directory, log)
    return [str(python), str(QUIX_JOB / "job.py")]


def versions(built: Mapping[str, Sequence[str]]) -> str:
    """What the peers are, as their own files say."""
    versions_of = {"kafka-streams": _version_of_streams, "quix": _version_of_quix}
    return ", ".join(versions_of[name](command[0]) for name, command in built.items())


def _version_of_streams(java: str) -> str:
    jars = JAVA_JOB / "target" / "dependency"
    number, rocks = (
        next(jars.glob(f"{name}-*.jar")).stem.removeprefix(f"{name}-")
        for name in ("kafka-streams", "rocksdbjni")
    )
    return (
        f"Kafka Streams {number} (RocksDB {rocks}, {_answer([java, '-version']).splitlines()[0]})"
    )


def _version_of_quix(python: str) -> str:
    ask = "from importlib.metadata import version; print(version('quixstreams'))"
    return f"Quix Streams {_answer([python, '-c', ask]).strip()}"


def _answer(command: list[str]) -> str:
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    return answer.stdout + answer.stderr


def _run(command: list[str], directory: Path, log: Path) -> None:
    """Run it, or say where its words are.

    Raises:
        RuntimeError: it failed.
    """
    with log.open("ab") as output:
        done = subprocess.run(
            command, check=False, cwd=directory, stdout=output, stderr=subprocess.STDOUT
        )
    if done.returncode:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}; its log is {log}")
