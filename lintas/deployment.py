"""What the deployment says of each service, made from the cards: Compose, Prometheus, the proxy.

Templates are in `deploy/cards`; `lintas schemas` stores what comes of them.
"""

from pathlib import Path

from lintas.marked import replace_between
from lintas.registry import CARDS
from shared.service.card import Card
from shared.settings import OPERATIONS_PORTS

ROOT = Path(__file__).parents[1]
TEMPLATES = ROOT / "deploy" / "cards"
COMPOSE = ROOT / "docker-compose.yml"
PROMETHEUS = ROOT / "deploy" / "prometheus" / "prometheus.yml"
JOBS_RULES = ROOT / "deploy" / "prometheus" / "rules" / "jobs.yml"
JOBS_TEST = ROOT / "deploy" / "prometheus" / "tests" / "jobs.yml"
PROXY = ROOT / "deploy" / "proxy" / "services.conf"
KEY_OF_PSEUDONYMS, DATA_FILES = "pseudonym.key", "/var/lib/lintas/log"


def deployment_files() -> dict[Path, str]:
    """Every file of the deployment that names services, with what the cards say now.

    Raises:
        ValueError: a file lost the markers of a block.
    """
    blocks = {
        "names": f"      SERVICES: {' '.join(CARDS)}\n",
        "services": "\n".join(map(_compose_services, CARDS.values())),
        "ports": _each('      - "127.0.0.1:${LINTAS_@NAME@_PROXY_PORT:-@port@}:@port@"\n'),
        "addresses": _each("      - --on=@name@=http://@name@:@port@\n"),
    }
    return {
        COMPOSE: _with_blocks(COMPOSE.read_text(), blocks),
        PROMETHEUS: _with_blocks(PROMETHEUS.read_text(), {"jobs": _jobs()}),
        JOBS_RULES: _lines_for_each("jobs.yml"),
        JOBS_TEST: _lines_for_each("jobs-test.yml"),
        PROXY: _filled_in("proxy.conf", _each("    @port@ @name@:@port@;\n")),
    }


def _with_blocks(text: str, blocks: dict[str, str]) -> str:
    for name, body in blocks.items():
        begin = f"# cards: {name}\n"
        indent = text.partition(begin)[0].rpartition("\n")[2]
        text = replace_between(text, begin, f"{indent}# cards end\n", body)
    return text


def _compose_services(card: Card) -> str:
    text = _for(card, (TEMPLATES / "service.yml").read_text())
    given = {KEY_OF_PSEUDONYMS: card.pseudonyms, DATA_FILES: card.data_files}
    without = [path for path, wanted in given.items() if not wanted]
    lines = text.splitlines(keepends=True)
    text = "".join(line for line in lines if not any(path in line for path in without))
    return f"{text}\n{_for(card, (TEMPLATES / 'worker.yml').read_text())}" if card.workers else text


def _jobs() -> str:
    one = '  - job_name: @name@\n    static_configs: [{targets: ["@name@:@operations_port@"]}]\n'
    more = "    dns_sd_configs: [{names: [@name@-worker, @name@-upkeep], type: A, port: @operations_port@}]\n"
    return "".join(_for(card, one + more * card.workers) for card in CARDS.values())


def _lines_for_each(template: str) -> str:
    """The template with each line that names a service once for each of them."""
    lines = (TEMPLATES / template).read_text().splitlines(keepends=True)
    return "".join(_each(line) if "@name@" in line else line for line in lines)


def _filled_in(template: str, lines: str) -> str:
    text = (TEMPLATES / template).read_text()
    return text.replace("    @services@\n", lines).replace(
        "    @listen@\n", _each("    listen @port@;\n")
    )


def _each(line: str) -> str:
    return "".join(_for(card, line) for card in CARDS.values())


def _for(card: Card, text: str) -> str:
    values = {"name": card.name, "NAME": card.name.upper(), "port": card.port,
              "operations_port": card.port + OPERATIONS_PORTS,
              "run": "run, --only, api, --only, relay" if card.workers else "run",
              "holds": "Its API and its relay" if card.workers
              else "One container: its API, its relay and its consumer"}  # fmt: skip
    for key, value in values.items():
        text = text.replace(f"@{key}@", str(value))
    return text
