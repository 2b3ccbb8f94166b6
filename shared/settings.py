"""Settings of a service, from the environment alone, with every mistake named at once.

A field `kafka` is read from `LINTAS_<SERVICE>_KAFKA`, else from `LINTAS_KAFKA`; `port`, `database`
and `replica` belong to one service, so only the first form is read for them.
"""

import os
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

PREFIX = "LINTAS_"
MAX_PORT = 65_535
OPERATIONS_PORTS = 100
"""Added to a service's port it gives the port of its health and metrics."""
OWN_FIELDS = frozenset({"database", "desk_url", "log", "port", "metrics_port", "replica"})
"""Fields that two services can never share."""
OTHER_NAMES: Mapping[str, tuple[str, str]] = {
    "LINTAS_LOG_LEVEL": ("`INFO`", "DEBUG, INFO, WARNING or ERROR"),
    "LINTAS_PSEUDONYM_KEY": (
        "file in the keys directory",
        "Key of pseudonyms, instead of its file",
    ),
    "LINTAS_<SERVICE>_COLUMN_KEY": ("file", "Key of encrypted columns, instead of its file"),
    "LINTAS_<SERVICE>_SIGNING_KEY": ("file", "Key that signs events, instead of its file"),
}
"""Names that other parts of the system read, with default and meaning; not typing errors."""


class SettingsError(Exception):
    """The environment is not fit to start with; the message lists every mistake and its remedy."""


def _known_database(url: Any) -> Any:
    text = str(url)
    if text.startswith(("postgresql://", "postgres://")):
        text = "postgresql+psycopg://" + text.partition("://")[2]
    if not text.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("must start with sqlite:/// or postgresql://")
    try:
        name = make_url(text).database
    except (ValueError, ArgumentError):
        name = None
    if not name or name == ":memory:":  # each process would have an empty one of its own
        raise ValueError("must be sqlite:///FILE or postgresql://USER@HOST:PORT/NAME")
    return text


def _known_addresses(value: Any) -> Any:
    if not re.fullmatch(r"[\w.\-\[\]:]+:\d{1,5}(,[\w.\-\[\]:]+:\d{1,5})*", str(value)):
        raise ValueError("must be host:port, several separated by commas")
    return value


def _known_page(value: Any) -> Any:
    text = str(value)
    if text and not re.fullmatch(r"https://[^\s?#]+|http://(127\.0\.0\.1|localhost)[^\s?#]*", text):
        raise ValueError("must be an https:// address without ? and #")
    return text


class ServiceSettings(BaseSettings):
    """What every service needs to know; a service adds its own fields in a subclass."""

    service: ClassVar[str] = "service"
    """The folder's name; subclasses set it."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    kafka: Annotated[str, BeforeValidator(_known_addresses)] = "127.0.0.1:9092"
    """Brokers, host:port, several separated by commas."""
    kafka_idempotent: bool = True
    """Off only for the embedded broker, which does not know idempotent producers."""
    kafka_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    """How the broker is spoken to; SASL_SSL wherever the network is not one machine's own."""
    kafka_mechanism: Literal["SCRAM-SHA-512", "PLAIN"] = "SCRAM-SHA-512"
    """How name and password are proved; with a SASL protocol alone."""
    kafka_user: str = ""
    """This service's name at the broker; its rights are given to it."""
    kafka_password_file: Path | None = None
    """File of the password, readable by nobody else; read again for each client that is opened."""
    kafka_ca_file: Path | None = None
    """Certificate of the authority that signed the broker's; the system's own when not given."""
    keys: Path = Field(description="Directory of keys, made by `lintas keys init`")
    database: Annotated[str, BeforeValidator(_known_database)] = Field(repr=False)
    """sqlite:///file or postgresql://user:password@host/name."""
    host: str = "127.0.0.1"
    """Address to listen on; 0.0.0.0 in a container."""
    port: int
    """Port of the API."""
    metrics_port: int | None = None
    """Port of /health and /metrics, for operators alone; unset: `port` + 100."""
    replica: str = Field(default="1", pattern=r"^[A-Za-z0-9-]{1,40}$")
    """Stable name of this replica in its consumer group."""

    proxy_in_front: bool = False
    """Whether a proxy sets X-Forwarded-For, by which the desk limits sign-ins; without one anybody could."""
    desk_url: Annotated[str, BeforeValidator(_known_page)] = ""
    """Where people reach this service's desk, https://; needed with LINTAS_OPENID_ISSUER."""
    openid_issuer: Annotated[str, BeforeValidator(_known_page)] = ""
    """OpenID Connect provider whose accounts may sign in at the desk, as it names itself; unset: none."""
    openid_client: str = ""
    """This installation's name at the provider."""
    openid_secret_file: Path | None = None
    """File of the client's secret, readable by nobody else; unset for a public client."""
    openid_claim: str = Field(default="preferred_username", pattern=r"^[A-Za-z0-9_.:/-]{1,100}$")
    """What of the provider's token is the name of a desk account; people must not be able to change it."""
    desk_draft_days: int = Field(default=30, ge=1, le=366)
    """After so many days an uploaded list that was not finished is deleted from the desk."""
    day_order: Literal["proven", "day-month"] = "proven"
    """Order of day and month in lists (01/02/2026): each file proves it, or day first unless it shows another."""
    quarantine_bytes: int = Field(default=268_435_456, ge=0)
    """Most bytes of contents in quarantine; of what comes beyond it place, code and digest are kept."""

    @field_validator("port", "metrics_port")
    @classmethod
    def _is_a_port(cls, port: int | None) -> int | None:
        if port is not None and not 1 <= port <= MAX_PORT:
            raise ValueError("must be 1 to 65535")
        return port

    @model_validator(mode="after")
    def _can_prove_itself(self) -> Self:
        named = bool(self.kafka_user and self.kafka_password_file)
        if self.kafka_protocol.startswith("SASL") != named:
            raise ValueError(
                "LINTAS_KAFKA_USER and LINTAS_KAFKA_PASSWORD_FILE are needed with "
                "LINTAS_KAFKA_PROTOCOL=SASL_SSL or SASL_PLAINTEXT, and with no other"
            )
        return self

    @model_validator(mode="after")
    def _can_be_signed_in_to(self) -> Self:
        if bool(self.openid_issuer) != bool(self.openid_client):
            raise ValueError("LINTAS_OPENID_ISSUER and LINTAS_OPENID_CLIENT go together")
        return self

    @property
    def day_first(self) -> bool:
        """Whether a day in numbers needs no proof of its order."""
        return self.day_order == "day-month"

    @property
    def operations_port(self) -> int:
        """Where a process serves health and metrics."""
        return self.metrics_port or min(self.port + OPERATIONS_PORTS, MAX_PORT)

    @property
    def consumer_options(self) -> dict[str, Any]:
        """What an operator may set about the consumer, as arguments for it."""
        return {"replica": self.replica, "quarantine_bytes": self.quarantine_bytes}

    @property
    def tokens(self) -> Path:
        """File of the tokens that may call this service."""
        return self.keys / self.service / "tokens.json"

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Settings from the environment.

        Raises:
            SettingsError: something is missing, wrong, empty or unknown; all of it is listed.
        """
        environ = os.environ if environ is None else environ
        mistakes = [*_unknown(cls, environ), *_empty(cls, environ)]
        try:
            settings = cls(**_values(cls, environ))
        except ValidationError as error:
            mistakes += [_mistake(cls, item) for item in error.errors(include_url=False)]
        if mistakes:
            raise SettingsError("\n".join(sorted(set(mistakes))))
        return settings

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is Pydantic's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load` (or a test) passes: one reader of the environment, not two."""
        return (init_settings,)


def setting_name(service: str, field: str) -> str:
    """Environment name of a field that belongs to one service."""
    return f"{PREFIX}{service}_{field}".upper()


def names_of(cls: type[ServiceSettings], field: str) -> tuple[str, ...]:
    """Environment names of a field, the one that wins first."""
    own = setting_name(cls.service, field)
    return (own,) if field in OWN_FIELDS else (own, f"{PREFIX}{field}".upper())


def _values(cls: type[ServiceSettings], environ: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in cls.model_fields:
        given = [environ[name] for name in names_of(cls, field) if environ.get(name, "").strip()]
        if given:
            values[field] = given[0]
    return values


def _empty(cls: type[ServiceSettings], environ: Mapping[str, str]) -> Iterable[str]:
    for field in cls.model_fields:
        for name in names_of(cls, field):
            if name in environ and not environ[name].strip():
                yield f"{name}: empty; give it a value or unset it"


def _unknown(cls: type[ServiceSettings], environ: Mapping[str, str]) -> Iterable[str]:
    known = {name for field in cls.model_fields for name in names_of(cls, field)}
    known |= OTHER_NAMES.keys()
    others = tuple(f"{PREFIX}{name}_".upper() for name in _services() if name != cls.service)
    for name in environ:
        if not name.startswith(PREFIX) or name in known or name.startswith(others):
            continue
        if name.endswith(
            ("_COLUMN_KEY", "_SIGNING_KEY")
        ):  # secrets are read by shared.security.keys
            continue
        near = get_close_matches(name, known, n=1, cutoff=0.5)
        yield f"{name}: unknown setting" + (f"; did you mean {near[0]}?" if near else "")


def _services() -> tuple[str, ...]:
    folder = Path(__file__).resolve().parent.parent / "services"
    return tuple(entry.name for entry in folder.glob("[a-z]*") if entry.is_dir())


def _mistake(cls: type[ServiceSettings], error: Any) -> str:
    if not error["loc"]:  # several fields together; the message names them
        return str(error["msg"]).removeprefix("Value error, ")
    field = str(error["loc"][0])
    name = names_of(cls, field)[-1]
    if error["type"] == "missing":
        return f"{name}: missing; {cls.model_fields[field].description or 'it has no default'}"
    return f"{name}: {error['msg']}"
