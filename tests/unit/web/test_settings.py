"""Settings from the environment: all mistakes at once, no secret shown."""

from typing import ClassVar

import pytest

from shared.settings import ServiceSettings, SettingsError


class SampleSettings(ServiceSettings):
    """Settings of a service of no ministry."""

    service: ClassVar[str] = "sample"
    port: int = 8199


GOOD = {"LINTAS_KEYS": "/keys", "LINTAS_SAMPLE_DATABASE": "sqlite:///x.db", "HOME": "/root"}


def mistakes(**environ: str) -> str:
    """What is said about this environment."""
    with pytest.raises(SettingsError) as caught:
        SampleSettings.load(GOOD | environ)
    return str(caught.value)


def test_defaults_are_for_one_machine() -> None:
    """Only keys and database must be given."""
    settings = SampleSettings.load(GOOD)
    assert (
        settings.kafka,
        settings.kafka_idempotent,
        settings.host,
        settings.port,
        settings.replica,
    ) == ("127.0.0.1:9092", True, "127.0.0.1", 8199, "1")


def test_a_name_of_the_service_wins_over_the_common_one() -> None:
    """One service may use another broker."""
    both = {"LINTAS_KAFKA": "a:1", "LINTAS_SAMPLE_KAFKA": "b:2,c:3"}
    assert SampleSettings.load(GOOD | both).kafka == "b:2,c:3"


def test_every_mistake_is_reported_at_once() -> None:
    """Missing, wrong, empty and unknown, each with its name."""
    with pytest.raises(SettingsError) as caught:
        SampleSettings.load(
            {
                "LINTAS_KAFKA": "nowhere",
                "LINTAS_SAMPLE_PORT": "x",
                "LINTAS_KEYS": " ",
                "LINTAS_KAFAK": "a:1",
            }
        )
    message = str(caught.value)
    for name in (
        "LINTAS_KAFKA:",
        "LINTAS_SAMPLE_PORT:",
        "LINTAS_KEYS: empty",
        "LINTAS_SAMPLE_DATABASE: missing",
    ):
        assert name in message
    assert "LINTAS_KAFAK: unknown setting; did you mean LINTAS_KAFKA?" in message


@pytest.mark.parametrize(
    "name", ["LINTAS_SAMPLE_PROT", "LINTAS_KAFKA_IDEMPOTNT", "LINTAS_DATABASE"]
)
def test_an_unknown_name_is_refused_with_the_nearest(name: str) -> None:
    """A typing error never passes as a default; `database` is never common to all services."""
    assert f"{name}: unknown setting; did you mean" in mistakes(**{name: "1"})


def test_names_of_other_services_are_not_our_business() -> None:
    """One environment file may serve all services of a machine."""
    other = {"LINTAS_COOPERATIVE_DATABASE": "sqlite:///y.db", "LINTAS_PSEUDONYM_KEY": "k1:x"}
    assert SampleSettings.load(GOOD | other)


@pytest.mark.parametrize("url", ["mysql://x", "file.db", "sqlite://", "oracle:///x"])
def test_a_database_of_another_kind_is_refused(url: str) -> None:
    """SQLite or PostgreSQL."""
    assert "LINTAS_SAMPLE_DATABASE: " in mistakes(LINTAS_SAMPLE_DATABASE=url)


@pytest.mark.parametrize(
    "url",
    ["sqlite:///", "sqlite:///:memory:", "postgresql://", "postgresql://u@h", "postgresql://h:p/n"],
)
def test_a_database_without_a_name_is_refused_with_the_form_it_has(url: str) -> None:
    """What cannot be opened, or would be empty in each process, ends no process with a traceback."""
    assert "must be sqlite:///FILE or" in mistakes(LINTAS_SAMPLE_DATABASE=url)


def test_a_password_is_neither_shown_by_the_settings_nor_by_a_mistake() -> None:
    """It is kept exactly, also with odd characters."""
    url = "postgresql://u:s3cr%24t$%25@db/x"
    settings = SampleSettings.load(GOOD | {"LINTAS_SAMPLE_DATABASE": url})
    assert settings.database == "postgresql+psycopg://u:s3cr%24t$%25@db/x"
    assert "s3cr" not in repr(settings) + str(settings)
    assert "hush" not in mistakes(LINTAS_SAMPLE_DATABASE="mysql://u:hush@db/x")


def test_settings_do_not_change_after_the_start() -> None:
    """What was read is what runs."""
    with pytest.raises(ValueError, match="frozen"):
        SampleSettings.load(GOOD).host = "x"  # type: ignore[misc]


@pytest.mark.parametrize("port", ["0", "65536", "-1", "8.5"])
def test_a_port_is_a_port(port: str) -> None:
    """1 to 65535, also where a service gives a default."""
    assert "LINTAS_SAMPLE_PORT: " in mistakes(LINTAS_SAMPLE_PORT=port)


def test_a_broker_that_asks_who_comes_needs_a_name_and_a_password() -> None:
    """And a name without such a broker is a mistake too: it would not be used."""
    wanted = {"LINTAS_KAFKA_PROTOCOL": "SASL_SSL"}
    whole = {"LINTAS_KAFKA_USER": "ana", "LINTAS_KAFKA_PASSWORD_FILE": "/run/secrets/kafka"}
    assert mistakes(**wanted).startswith("LINTAS_KAFKA_USER and LINTAS_KAFKA_PASSWORD_FILE")
    assert "SASL_SSL or SASL_PLAINTEXT" in mistakes(**whole)
    assert SampleSettings.load(GOOD | wanted | whole).kafka_mechanism == "SCRAM-SHA-512"


def test_a_provider_of_sign_ins_has_a_name_for_us_and_a_safe_address() -> None:
    """What the desk sends there must not be read or answered on the way."""
    issuer = {"LINTAS_OPENID_ISSUER": "https://sso.example/realms/dinas"}
    assert "go together" in mistakes(**issuer)
    assert "go together" in mistakes(LINTAS_OPENID_CLIENT="lintas")
    assert "must be an https:// address" in mistakes(LINTAS_OPENID_ISSUER="http://sso.example")
    assert "must be an https:// address" in mistakes(LINTAS_SAMPLE_DESK_URL="koperasi.example")
    whole = issuer | {"LINTAS_OPENID_CLIENT": "lintas"}
    assert SampleSettings.load(GOOD | whole).openid_claim == "preferred_username"
