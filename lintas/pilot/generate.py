"""Making a whole pilot: the same seed makes the same bytes."""

from dataclasses import dataclass
from pathlib import Path
from random import Random

from lintas.pilot.files import Request, Upload, write_requests
from lintas.pilot.jember import Jember
from lintas.pilot.late import split
from lintas.pilot.numbers import Numbers
from lintas.pilot.probolinggo import Probolinggo
from lintas.pilot.reporting import closings, declarations, obligations
from shared.regions import Regions

DEFAULT_SEED = 2026


@dataclass(frozen=True)
class Pilot:
    """What is sent over HTTP, in order: the files, then the requests, then what is late."""

    uploads: tuple[Upload, ...]
    requests: tuple[Request, ...]
    late: tuple[Request, ...] = ()
    """Sent after the first release; in `requests.ndjson` they come last."""
    late_uploads: tuple[Upload, ...] = ()
    """Files that reach their office after the first release."""
    mistakes: tuple[Request, ...] = ()
    """Sent with the requests and taken back before the second release: nothing of it happened."""


def make_pilot(directory: Path, numbers: Numbers, seed: int, regions: Regions) -> Pilot:
    """Write `directory/*.csv` and `directory/requests.ndjson` and say what they are."""
    probolinggo = Probolinggo(numbers, regions, Random(f"{seed}/probolinggo"))
    life = Random(f"{seed}/members")
    jember = Jember(numbers, regions, Random(f"{seed}/jember"), life)
    uploads = (*probolinggo.uploads(directory), *jember.uploads(directory))
    requests, late = split(
        (*obligations(), *jember.requests(), *probolinggo.requests(), *closings(),
         *declarations(jember.joined_by_may()))
    )  # fmt: skip
    write_requests(directory / "requests.ndjson", (*requests, *late))
    mistakes = (jember.recorded_twice(),)
    write_requests(directory / "mistakes.ndjson", mistakes)
    return Pilot(uploads, requests, late, (jember.late_upload(directory),), mistakes)
