"""A PostgreSQL for tests: that of `LINTAS_TEST_POSTGRES`, else a throw-away server."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def _programs() -> Path | None:
    found = shutil.which("initdb")
    places = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return places[-1] if places else None


@contextmanager
def postgres_url() -> Iterator[str | None]:
    """URL of an empty database, or None where there is no PostgreSQL. Nothing is left behind."""
    given, programs = os.environ.get("LINTAS_TEST_POSTGRES"), _programs()
    if given or programs is None:
        yield given
        return
    user = "postgres" if os.geteuid() == 0 else None  # the server refuses to run as root
    with tempfile.TemporaryDirectory(prefix="lintas-pg-") as folder:
        if user:
            os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
        data, port = Path(folder) / "data", _free_port()
        initdb = [
            str(programs / "initdb"),
            "-D",
            str(data),
            "-U",
            "lintas",
            "--no-sync",
            "-A",
            "trust",
        ]
        subprocess.run(initdb, user=user, cwd=folder, check=True, capture_output=True)
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        control = [str(programs / "pg_ctl"), "-D", str(data), "-w"]
        start = [*control, "-l", f"{folder}/log", "-o", options, "start"]
        subprocess.run(start, user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        try:
            yield f"postgresql+psycopg://lintas@127.0.0.1:{port}/postgres"
        finally:
            stop = [*control, "-m", "immediate", "stop"]
            subprocess.run(stop, user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
