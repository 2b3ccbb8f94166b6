"""Readiness checks of every service: its database and the broker."""

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from shared.database.engine import faults, snapshot
from shared.database.faults import Fault, Healing, fault_of
from shared.kafka.admin import knock
from shared.observability.background_check import Missing
from shared.observability.health import Check, Health


def service_health(engine: Engine, bootstrap: str) -> Health:
    """A health page that checks the database and the broker."""
    health = Health()
    health.add_background_check("database", database_check(engine))
    health.add_background_check("kafka", kafka_check(bootstrap))
    return health


def database_check(engine: Engine) -> Check:
    """A check that the database answers, and that its disk did not refuse the last change."""

    def check() -> None:
        try:
            with snapshot(engine) as connection:
                connection.execute(text("select 1"))
        except SQLAlchemyError as error:
            if missing := _named(fault_of(error)):
                raise missing from error
            raise
        if missing := _named(faults(engine).recent()):
            raise missing

    return check


def _named(fault: Fault | None) -> Missing | None:
    """The fault by its name, if waiting does not repair it."""
    if fault is None or fault.healing is Healing.WAITING:
        return None
    return Missing(f"{fault.code}: {fault.message}")


def kafka_check(bootstrap: str, seconds: float = 1.0) -> Check:
    """A check that one of the brokers `host:port,...` accepts a connection."""
    return lambda: knock(bootstrap, seconds)
