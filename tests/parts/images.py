"""The images of the real parts: `python -m tests.parts.images` prints them, one a line."""

import re
from pathlib import Path

COMPOSE = Path(__file__).resolve().parents[2] / "docker-compose.yml"
IMAGES = {"apache/kafka": "apache/kafka:4.3.1", "postgres": "postgres:17"}
"""Used where `docker-compose.yml` names none."""


def image(name: str) -> str:
    """The image with its tag, as `docker-compose.yml` names it."""
    compose = COMPOSE.read_text(encoding="utf-8") if COMPOSE.exists() else ""
    found = re.search(rf"^\s*image:\s*[\"']?({re.escape(name)}:[\w.\-]+)", compose, re.MULTILINE)
    return found[1] if found else IMAGES[name]


if __name__ == "__main__":
    print("\n".join(map(image, IMAGES)))
