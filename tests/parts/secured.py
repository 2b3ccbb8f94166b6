"""An Apache Kafka that asks who comes: TLS, names and passwords, and no right that was not given.

Its listener is called SECURE; with itself the broker talks in the clear, on loopback.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ResourcePattern,
    ResourceType,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

from lintas.broker import free_port
from shared import clock
from shared.kafka.admin import BrokerAway, admin
from shared.kafka.credentials import Access
from shared.kafka.settings import KafkaSettings
from shared.kafka.topics import topic_ids
from tests.parts.containers import await_server, kafka_on, kafka_settings

ADMIN = "admin"
PASSWORD = "only-for-tests"


@dataclass
class Secured:
    """The broker, its authority, and who may do what."""

    bootstrap: str
    folder: Path
    authority: Path = field(init=False)

    def __post_init__(self) -> None:
        self.authority = self.folder / "ca.pem"

    def as_user(self, user: str, password: str = PASSWORD) -> KafkaSettings:
        """How a service with this name comes."""
        file = self.folder / f"{user}.password"
        file.touch(0o600)
        file.write_text(password + "\n")
        return KafkaSettings(
            self.bootstrap,
            Access("SASL_SSL", "SCRAM-SHA-512", user, file, self.authority),
        )

    @property
    def as_admin(self) -> KafkaSettings:
        """Who may do everything; the other mechanism."""
        file = self.folder / "admin.password"
        file.touch(0o600)
        file.write_text(PASSWORD)
        return KafkaSettings(
            self.bootstrap, Access("SASL_SSL", "PLAIN", ADMIN, file, self.authority)
        )

    def know(self, user: str) -> None:
        """Let somebody in, with no right."""
        known = UserScramCredentialUpsertion(
            user, ScramMechanism.SCRAM_SHA_512, PASSWORD.encode(), iterations=8192
        )
        with admin(self.as_admin) as client:
            assert set(client.alter_user_scram_credentials([known]).values()) == {None}

    def give(self, user: str, right: ACLOperation, kind: ResourceType, name: str) -> None:
        """Give a right."""
        with admin(self.as_admin) as client:
            assert not client.create_acls([ACL(*_rule(user, right, kind, name))])["failed"]

    def withdraw(self, user: str, right: ACLOperation, kind: ResourceType, name: str) -> None:
        """Take it back."""
        with admin(self.as_admin) as client:
            client.delete_acls([ACLFilter(*_rule(user, right, kind, name))])


def _rule(
    user: str, right: ACLOperation, kind: ResourceType, name: str
) -> tuple[str, str, ACLOperation, ACLPermissionType, ResourcePattern]:
    return f"User:{user}", "*", right, ACLPermissionType.ALLOW, ResourcePattern(kind, name)


@contextmanager
def secured_kafka(folder: Path) -> Iterator[Secured]:
    """A broker for the tests of rights; its authority's certificate lies in the folder."""
    port = free_port()
    made = Secured(f"127.0.0.1:{port}", folder)
    settings = kafka_settings(SECURE=port, INSIDE=free_port()) | _safe(made.authority)
    container = kafka_on(port, settings).start()
    try:
        await_server(lambda: topic_ids(made.as_admin, ["none"]), BrokerAway, "Kafka")
        yield made
    finally:
        container.stop()


def _safe(authority: Path) -> dict[str, str]:
    key, chain = _certificate(authority)
    plain = "org.apache.kafka.common.security.plain.PlainLoginModule required"
    scram = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
    return {
        "LISTENER_SECURITY_PROTOCOL_MAP": "SECURE:SASL_SSL,INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "INTER_BROKER_LISTENER_NAME": "INSIDE",
        "SASL_ENABLED_MECHANISMS": "SCRAM-SHA-512,PLAIN",
        "LISTENER_NAME_SECURE_PLAIN_SASL_JAAS_CONFIG": f'{plain} user_{ADMIN}="{PASSWORD}";',
        "LISTENER_NAME_SECURE_SCRAM___SHA___512_SASL_JAAS_CONFIG": scram,
        "LISTENER_NAME_SECURE_SSL_KEYSTORE_TYPE": "PEM",
        "LISTENER_NAME_SECURE_SSL_KEYSTORE_KEY": key,
        "LISTENER_NAME_SECURE_SSL_KEYSTORE_CERTIFICATE_CHAIN": chain,
        "AUTHORIZER_CLASS_NAME": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "ALLOW_EVERYONE_IF_NO_ACL_FOUND": "false",
        "SUPER_USERS": f"User:{ADMIN};User:ANONYMOUS",
    }


def _certificate(authority: Path) -> tuple[str, str]:
    """A key and a certificate that is its own authority, as one line each for a properties file."""
    key = rsa.generate_private_key(65_537, 2_048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "broker")])
    now = clock.now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(Encoding.PEM)
    authority.write_bytes(pem)
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return _one_line(secret), _one_line(pem)


def _one_line(pem: bytes) -> str:
    return pem.decode().strip().replace("\n", "\\n")
