"""`lintas verify`: check a release from outside, and make it again from the log."""

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console

from lintas.kept_topics import Batches, records_in_files, records_on_broker
from lintas.remaking import LogTooShort, cut_of, cuts_said, read_records, remade, require
from lintas.verify import Checked, Fetch, ReleaseDoesNotHold, verify_release
from services.monitoring import CARD
from services.monitoring.figures.definitions import DEFINITIONS
from services.monitoring.log.rebuild import StoredLog
from services.monitoring.release.figures import read_figures
from services.monitoring.release.manifest import BadManifest, sha256
from services.monitoring.release.remake import first_difference
from shared.database.engine import open_engine
from shared.events.topics import Topic
from shared.kafka.admin import BrokerAway
from shared.kafka.credentials import Access
from shared.kafka.settings import KafkaSettings
from shared.regions import Regions
from shared.security.keys import TrustFile
from shared.service.cli_errors import one_line_errors
from shared.wire.signatures import BadProof, Trust

DIFFERS = 1
TIMEOUT = httpx.Timeout(60.0)
Read = Callable[[Sequence[Topic]], Batches]
console = Console(soft_wrap=True, markup=False, highlight=False)


def verify_command(
    release: Annotated[
        str, typer.Argument(help="Its address, .../v1/releases/7, or the folder of its files.")
    ],
    trust: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="trust.json: the public keys.")
    ],
    topics: Annotated[
        Path | None,
        typer.Option(
            exists=True, file_okay=False, help="Topics as `lintas demo --keep` wrote them."
        ),
    ] = None,
    kafka: Annotated[
        str | None, typer.Option(help="Brokers, host:port, whose topics hold the log.")
    ] = None,
    user: Annotated[str, typer.Option(help="Name at the broker, where it asks for one.")] = "",
    password_file: Annotated[Path | None, typer.Option(help="File of the password.")] = None,
    ca_file: Annotated[Path | None, typer.Option(help="The broker's authority.")] = None,
    embedded: Annotated[bool, typer.Option("--embedded", help="The demo's broker.")] = False,
    work: Annotated[
        Path | None, typer.Option(help="Folder for the log; a temporary one when not given.")
    ] = None,
) -> None:
    """Check signature, hashes and chain of a release; with its log, make it again and compare bytes.

    The log is read from --topics or --kafka into a database of its own. Ends with 1 if the release
    does not hold, and names the first figure that differs.
    """
    with one_line_errors(), _verdicts():
        known, fetch_of = TrustFile(trust), _fetches(release)
        manifests, checked = _chain(release, fetch_of, known)
        console.print(f"release {checked.number} to {checked.until}: signature, hashes, chain hold")
        if topics is None and kafka is None:
            console.print("not made again: give --topics or --kafka to read the log")
            return
        protocol = "SASL_SSL" if user else "SSL" if ca_file else "PLAINTEXT"
        access = Access(protocol=protocol, user=user, password_file=password_file, ca_file=ca_file)
        settings = KafkaSettings(kafka or "", access, idempotent=not embedded)
        read = partial(_records, topics, settings)
        with _empty_log(work) as log:
            _remake(log, read, known, manifests, fetch_of(checked.number))


def _records(folder: Path | None, settings: KafkaSettings, topics: Sequence[Topic]) -> Batches:
    if folder is not None:
        return records_in_files(folder, topics)
    return records_on_broker(settings, topics)


def _remake(
    log: StoredLog, read: Read, trust: Trust, manifests: list[dict[str, Any]], fetch: Fetch
) -> None:
    said = cuts_said(read([CARD.topic]), trust)
    cuts = [cut_of(manifest, said) for manifest in manifests]
    with console.status("reading the log") as status:
        records = read(CARD.listens_to)
        read_records(log, records, trust, lambda n: status.update(f"reading the log: {n} records"))
        require(log, cuts[-1].vector)
        status.update("computing the figures")
        made = [*remade(log, cuts, Regions.load())]
    for manifest, one in zip(manifests, made, strict=True):
        if sha256(one.figures) != manifest["files"]["figures.json"]:
            raise ReleaseDoesNotHold(_difference(manifest, one.lines, fetch, manifests[-1]))
    console.print(f"made again from the log: {len(made[-1].lines)} figures, the same bytes")


def _difference(manifest: dict[str, Any], lines: Any, fetch: Fetch, last: dict[str, Any]) -> str:
    """In words, what differs in a release."""
    number = manifest["number"]
    changed = [
        name
        for name, digest in sorted(manifest["definitions"].items())
        if name not in DEFINITIONS or DEFINITIONS[name].sha256 != digest
    ]
    other = f"; other definitions here: {', '.join(changed)}" if changed else ""
    if number != last["number"]:
        return f"release {number} of the chain is not what the log gives{other}"
    _, published = read_figures(fetch("figures.json"))
    first = first_difference(lines, published)
    return f"release {number} is not what the log gives: {first or 'other bytes'}{other}"


def _chain(release: str, fetch_of: Any, trust: Trust) -> tuple[list[dict[str, Any]], Checked]:
    """The manifests from the first release on, each signed and following the one before."""
    number = _number(release)
    before: bytes | None = None
    manifests = []
    for one in range(1, number + 1):
        body = fetch_of(one)("manifest.json")
        checked = verify_release(fetch_of(one), trust, before)
        if checked.number != one:
            raise ReleaseDoesNotHold(f"the files of release {one} say that they are another")
        manifests.append(json.loads(body))
        before = body
    return manifests, checked


def _number(release: str) -> int:
    last = release.rstrip("/").rpartition("/")[2]
    if not last.isdigit() or int(last) < 1:
        raise ValueError(f"{release}: must end with the release's number, for example releases/7")
    return int(last)


def _fetches(release: str) -> Any:
    """For each number of the chain the way to its files."""
    base = release.rstrip("/").rpartition("/")[0]

    def of(number: int) -> Fetch:
        def fetch(name: str) -> bytes:
            if base.startswith(("http://", "https://")):
                answer = httpx.get(
                    f"{base}/{number}/{name}", timeout=TIMEOUT, follow_redirects=True
                )
                return answer.raise_for_status().content
            return (Path(base) / str(number) / name).read_bytes()

        return fetch

    return of


@contextmanager
def _empty_log(folder: Path | None) -> Iterator[StoredLog]:
    with tempfile.TemporaryDirectory(prefix="lintas-verify-") as temporary:
        directory = folder or Path(temporary)
        directory.mkdir(parents=True, exist_ok=True)
        if any(directory.iterdir()):
            raise ValueError(f"{directory}: must be an empty folder")
        engine = open_engine(f"sqlite:///{directory}/log.db")
        try:
            yield StoredLog(engine, directory / "log")
        finally:
            engine.dispose()


@contextmanager
def _verdicts() -> Iterator[None]:
    """A release that does not hold, and a log that cannot be read, in one line each."""
    try:
        yield
    except (BadProof, BadManifest, ReleaseDoesNotHold, LogTooShort) as error:
        typer.echo(f"{type(error).__name__}: {error}", err=True)
        raise typer.Exit(DIFFERS) from None
    except (httpx.HTTPError, BrokerAway) as error:
        typer.echo(f"cannot be read now: {error}", err=True)
        raise typer.Exit(3) from None
