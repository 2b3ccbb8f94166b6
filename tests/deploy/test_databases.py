"""Roles and databases as the deployment makes them, on a PostgreSQL of the test's own."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest
from psycopg import Connection, sql

from lintas.broker import free_port
from lintas.registry import SERVICES
from lintas.secrets_command import add_watcher, init_secrets
from tests.deploy.exporters import KNOWN
from tests.parts.postgres import Server, own_server
from tests.programs import needed

SCRIPT = Path(__file__).resolve().parents[2] / "deploy" / "postgres" / "databases.sh"
PAIRS = [(role, other) for role in SERVICES for other in (*SERVICES, "postgres") if other != role]
ADMIN = "lintas"


@dataclass
class Deployed:
    """A server on which only the superuser comes in without a password."""

    port: int
    passwords: Path

    def apply(self) -> None:
        """Run the deployment's own script."""
        environ = {"PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGUSER": ADMIN,
                   "SERVICES": " ".join(SERVICES), "SECRETS": str(self.passwords)}  # fmt: skip
        subprocess.run(
            ["bash", str(SCRIPT)], env=os.environ | environ, check=True, capture_output=True
        )

    def connect(self, role: str, database: str, passwords_of: str | None = None) -> Connection:
        """As a service does it: with a role's password file."""
        passfile = self.passwords / f"{passwords_of or role}.pgpass"
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=role, dbname=database, passfile=str(passfile)
        )


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """A server with the roles and databases of the four services."""
    needed("psql")
    server = own_server()
    folder = tmp_path_factory.mktemp("deployed") / "secrets"
    init_secrets(folder)
    made = Deployed(_ask_for_passwords(server), folder / "database")
    try:
        made.apply()
        yield made
    finally:
        server.close()


def _ask_for_passwords(server: Server) -> int:
    with server._admin.connect() as connection:
        rules = Path(connection.exec_driver_sql("show hba_file").scalar_one())
        rules.write_text(
            f"host all {ADMIN} 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
        )
        connection.exec_driver_sql("select pg_reload_conf()")
    assert server._url.port
    return server._url.port


@pytest.mark.parametrize("role", SERVICES)
def test_a_role_owns_its_database(deployed: Deployed, role: str) -> None:
    """It can make tables there, which migrations do."""
    with deployed.connect(role, role) as connection:
        connection.execute("create table if not exists kept (secret text)")
        connection.execute("insert into kept values ('of its own')")


@pytest.mark.parametrize(("role", "other"), PAIRS)
def test_a_role_cannot_read_another_s_database(deployed: Deployed, role: str, other: str) -> None:
    """It cannot even connect, so there is nothing that a forgotten grant could open."""
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        deployed.connect(role, other)


def test_another_service_s_password_opens_nothing(deployed: Deployed) -> None:
    """Each role has its own."""
    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        deployed.connect("beneficiary", "beneficiary", passwords_of="cooperative")


@pytest.mark.parametrize("role", SERVICES)
def test_a_role_is_nothing_but_the_owner_of_its_database(deployed: Deployed, role: str) -> None:
    """No superuser, makes neither roles nor databases, replicates nothing, belongs to nobody."""
    query = (
        "select rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls,"
        " exists (select from pg_auth_members where member = pg_roles.oid)"
        " from pg_roles where rolname = current_user"
    )
    with deployed.connect(role, role) as connection:
        assert connection.execute(query).fetchone() == (False,) * 6


def test_applied_again_it_keeps_the_data_and_sets_the_password_again(deployed: Deployed) -> None:
    """The way to change a password is a new file and the same job."""
    with deployed.connect("training", "training") as connection:
        connection.execute("create table if not exists stays ()")
    path = deployed.passwords / "training.pgpass"
    old = path.read_text("ascii")
    path.write_text("*:*:*:training:an-o'dd%one\n", "ascii")
    deployed.apply()
    with deployed.connect("training", "training") as connection:
        found = connection.execute(sql.SQL("select to_regclass('stays') is not null")).fetchone()
    assert found == (True,)
    path.write_text(old, "ascii")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        deployed.connect("training", "training")
    deployed.apply()
    deployed.connect("training", "training").close()


def test_the_exporters_role_reads_statistics_and_no_database_of_a_service(
    deployed: Deployed,
) -> None:
    """Every session of the server, which nobody else sees; no table, no other database, no more rights."""
    with deployed.connect("watcher", "postgres") as connection:
        query = "select count(*) from pg_stat_activity where query <> '<insufficient privilege>'"
        assert connection.execute(query).fetchone() != (0,)
        roles = (
            "select rolname from pg_roles where pg_has_role('watcher', oid, 'member') order by 1"
        )
        having = {name for (name,) in connection.execute(roles)}
        rights = (
            "select rolsuper, rolcreatedb, rolcreaterole from pg_roles where rolname = 'watcher'"
        )
        assert connection.execute(rights).fetchone() == (False, False, False)
    assert having == {
        "watcher",
        "pg_monitor",
        "pg_read_all_settings",
        "pg_read_all_stats",
        "pg_stat_scan_tables",
    }
    for name in SERVICES:
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            deployed.connect("watcher", name)


def test_without_its_password_the_job_says_how_it_is_made(
    deployed: Deployed, tmp_path: Path
) -> None:
    """A directory of secrets from before there was an exporter, and the command that mends it."""
    shutil.copytree(deployed.passwords, tmp_path / "database")
    for path in (tmp_path / "database").glob("watcher.*"):
        path.unlink()
    old = Deployed(deployed.port, tmp_path / "database")
    with pytest.raises(subprocess.CalledProcessError) as refused:
        old.apply()
    assert b"lintas secrets add secrets watcher" in refused.value.stderr
    add_watcher(tmp_path)
    old.apply()
    old.connect("watcher", "postgres").close()
    deployed.apply()


def test_the_exporter_reads_what_rules_and_dashboards_ask_as_its_own_role(
    deployed: Deployed, tmp_path: Path
) -> None:
    """The real exporter, by the settings of the Compose file, on this server."""
    port = free_port()
    environ = {"DATA_SOURCE_URI": f"127.0.0.1:{deployed.port}/postgres?sslmode=disable",
               "DATA_SOURCE_USER": "watcher",
               "DATA_SOURCE_PASS_FILE": str(deployed.passwords / "watcher.password")}  # fmt: skip
    command = [
        needed("prometheus-postgres-exporter"),
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with (tmp_path / "log").open("wb") as log:
        exporter = subprocess.Popen(command, env=os.environ | environ, stdout=log, stderr=log)
    try:
        text = _scraped(f"http://127.0.0.1:{port}/metrics")
    finally:
        exporter.terminate()
        exporter.wait(20)
    assert "pg_up 1" in text.splitlines(), (tmp_path / "log").read_text()
    measured = set(re.findall(r"^(pg_\w+)", text, re.MULTILINE))
    assert KNOWN["postgres"] <= measured


def _scraped(url: str) -> str:
    for _ in range(600):
        try:
            return httpx.get(url, timeout=30).text
        except httpx.ConnectError:
            time.sleep(0.1)
    raise AssertionError(f"no answer from {url}")
