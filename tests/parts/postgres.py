"""Databases on a PostgreSQL server, made for a test and dropped after it."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Engine, create_engine, make_url

from lintas.broker import free_port
from shared.database.engine import open_engine
from tests.programs import needed

_EMPTY = """DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE 'DELETE FROM ' || name;
  END LOOP; END $$"""
"""For tables of a few rows without foreign keys, as monitoring's and the shared ones are: quicker than TRUNCATE."""


class Server:
    """A server on which databases may be made."""

    def __init__(self, url: str, end: Callable[[], None] = lambda: None) -> None:
        self._url = make_url(url).set(drivername="postgresql+psycopg")
        self._admin = create_engine(self._url, isolation_level="AUTOCOMMIT", pool_pre_ping=True)
        self._end = end
        self._made: list[str] = []
        self._kept: list[str] = []
        self._idle: list[Engine] = []
        self.pid = 0
        """Of the container's first process; 0 where it is not known."""

    @property
    def version(self) -> str:
        """Name and number, as the server reports them."""
        with self._admin.connect() as connection:
            answer = str(connection.exec_driver_sql("select version()").scalar_one())
        return " ".join(answer.split()[:2])

    def create(self) -> str:
        """URL of a fresh, empty database."""
        name = f"lintas_test_{uuid4().hex}"
        with self._admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0")
        self._made.append(name)
        return self._url.set(database=name).render_as_string(hide_password=False)

    def mark(self) -> int:
        """How many databases there are."""
        return len(self._made)

    def drop_since(self, mark: int) -> None:
        """Drop the newest ones, whoever is still connected."""
        with self._admin.connect() as connection:
            while len(self._made) > mark:
                name = self._made.pop()
                connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def quick(self) -> Engine:
        """An emptied database that another owner has left, else a new one: emptying is quicker."""
        if not self._idle:
            engine = open_engine(self.create())
            self._kept.append(self._made.pop())  # it outlives the test
            return engine
        engine = self._idle.pop()
        with engine.begin() as connection:
            connection.exec_driver_sql(_EMPTY)
        return engine

    def give_back(self, engine: Engine) -> None:
        """A quick database is free again."""
        self._idle.append(engine)

    def close(self) -> None:
        """Drop what is left and end the server, if it is ours."""
        for engine in self._idle:
            engine.dispose()
        self._made += self._kept
        self.drop_since(0)
        self._admin.dispose()
        self._end()


def own_server(folder: Path | None = None) -> Server:
    """A throw-away server from the machine's own programs; without them the test is skipped.

    It lies in an empty folder of the caller's, or in one of its own.
    """
    programs = Path(needed("initdb")).parent
    user = "postgres" if os.geteuid() == 0 else None  # the server refuses to run as root
    folder, port = folder or Path(tempfile.mkdtemp(prefix="lintas-pg-")), free_port()
    if user:
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)

    def run(program: str, *arguments: str) -> None:
        command = [str(programs / program), "-D", str(folder / "data"), *arguments]
        subprocess.run(command, user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL)

    def end() -> None:
        run("pg_ctl", "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)

    run("initdb", "-U", "lintas", "--no-sync", "-A", "trust", "-E", "UTF8")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
    return Server(f"postgresql+psycopg://lintas@127.0.0.1:{port}/postgres", end)
