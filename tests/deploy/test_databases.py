"""Roles and databases as the deployment makes them, on a PostgreSQL of the test's own."""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import Connection, sql

from lintas.registry import SERVICES
from lintas.secrets_command import init_secrets
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
