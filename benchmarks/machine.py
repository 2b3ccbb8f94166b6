"""What a measurement ran on: machine and versions, so that a stranger can judge the figures."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

LIBRARIES = ("aiokafka", "confluent-kafka", "msgspec", "psycopg", "pydantic", "sqlalchemy")


def machine() -> dict[str, str]:
    """Names and values, in the order in which they are printed."""
    cores, memory = os.cpu_count(), os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": f"{_processor()}, {cores} cores",
        "memory": f"{memory / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "libraries": ", ".join(f"{name} {version(name)}" for name in LIBRARIES),
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
