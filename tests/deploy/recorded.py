"""An hour of series with every metric that a dashboard asks for, in blocks that a real Prometheus serves.

In its middle monitoring's consumer is stopped for twenty minutes. Nothing in it is a measurement.
"""

import math
from collections.abc import Iterator
from pathlib import Path

from shared.observability import metrics
from tests.deploy.exporters import KNOWN
from tests.deploy.rules import RULES, promtool, rules

BEGIN, STEP, SAMPLES = 1_793_491_200, 60, 61
"""1 November 2026, an hour in minutes."""
END = BEGIN + STEP * (SAMPLES - 1)
STOPPED = range(20, 40)
"""The minutes without the consumer."""
SOURCES = ("urn:lintas:beneficiary", "urn:lintas:training")
VALUES = {"source": SOURCES, "job": ("monitoring", "training"), "topic": ("lintas.training.v1",),
          "part": ("api", "consumer"), "route": ("/v1/sessions", "(none)"), "method": ("POST",),
          "reason": ("other",), "mode": ("idle", "user"), "status_class": ("2xx",)}  # fmt: skip
EXTRA = {"node_cpu_": ("mode",), "node_disk_": ("device",), "node_filesystem_": ("mountpoint",),
         "kafka_topic_": ("topic",), "process_": ("instance",), "pg_": ("datname",)}  # fmt: skip
"""Labels of what others measure, by the beginning of its name."""
COUNTERS = ("_total", "_count", "_sum", "offset", "_commit", "_hit", "_rollback", "_read")
SHARES = (*("_5m", "_30m", "_1h", "_2h", "_6h", "_1d", "_3d"), "_avail_bytes", "MemAvailable_bytes")
"""Of something whole: also the windows of recorded ratios."""
WHOLES = ("filesystem_size_bytes", "MemTotal_bytes")
BUCKETS = ("0.1", "1", "10", "+Inf")


def known() -> set[str]:
    """Every name that may be asked: ours, those that rules record, those of kept exporters."""
    ours = {name for one in metrics.METRICS for name in _exposed(one)}
    recorded = {rule["record"] for path in RULES for rule in rules(path) if "record" in rule}
    return ours.union(recorded, *KNOWN.values())


def _exposed(one: metrics.Described) -> list[str]:
    if one.kind != "histogram":
        return [one.name]
    return [f"{one.name}_{part}" for part in ("bucket", "count", "sum")]


def write_blocks(folder: Path) -> None:
    """Write the hour as blocks of Prometheus."""
    text = folder / "recorded.txt"
    text.write_text("".join(_lines()) + "# EOF\n")
    made = promtool("tsdb", "create-blocks-from", "openmetrics", str(text), str(folder / "data"))
    assert made.returncode == 0, made.stdout + made.stderr


def _lines() -> Iterator[str]:
    declared = {name: one.labels for one in metrics.METRICS for name in _exposed(one)}
    for name in sorted(known()):
        labels = declared[name] if name in declared else _labels(name)
        for text in _labelsets(labels, name):
            for minute in range(SAMPLES):
                at = BEGIN + STEP * minute
                yield f"{name}{{{text}}} {_value(name, text, minute)} {at}\n"


def _labels(name: str) -> tuple[str, ...]:
    """Of a recorded series what `job_source:...` says of itself, of an exporter's what it is known for."""
    by, found, _ = name.partition(":")
    if found:
        return tuple(by.split("_"))
    return next((labels for start, labels in EXTRA.items() if name.startswith(start)), ())


def _labelsets(labels: tuple[str, ...], name: str) -> Iterator[str]:
    sets: list[str] = [""]
    for label in dict.fromkeys((*labels, "job") if "source:" not in name[:7] else labels):
        sets = [f'{one}{label}="{value}",' for one in sets for value in VALUES.get(label, ("one",))]
    if name.endswith("_bucket"):
        sets = [f'{one}le="{bound}",' for one in sets for bound in BUCKETS]
    return iter(one.rstrip(",") for one in sets)


def _value(name: str, labels: str, minute: int) -> float:
    stopped = minute - STOPPED.start if minute in STOPPED and "monitoring" in labels else 0
    if (known := _while_stopped(name, labels, stopped)) is not None:
        return known
    if "timestamp" in name:
        return BEGIN + (90_000 if "ends" in name else -7_200)
    if name.endswith("_bucket"):
        place = next(at for at, bound in enumerate(BUCKETS) if f'le="{bound}"' in labels)
        return 10 * minute * (1 + place)
    if name.endswith(COUNTERS):
        return 300 * (minute - stopped if "applied" in name else minute)
    wave = math.sin(minute / 9 + len(name))
    return round(0.3 + 0.1 * wave if name.endswith(SHARES) else 20 + 10 * wave, 4)


def _while_stopped(name: str, labels: str, stopped: int) -> float | None:
    """What shows that the consumer is stopped for so many minutes."""
    if name.endswith("behind:events"):
        return 300 * stopped
    if name.endswith("behind:seconds"):
        return 600 if stopped > 10 else 60 if stopped > 1 else 0
    if name.endswith("part_active:count"):
        return 0 if stopped and "consumer" in labels else 1
    return 1 if name.endswith(WHOLES) else None
