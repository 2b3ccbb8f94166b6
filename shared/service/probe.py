"""`python -m shared.service.probe URL`: exits with 0 when the service there is ready, else with 1.

A container's health check runs it; it imports nothing of the services.
"""

import sys
import urllib.request

SECONDS = 4.0


def ready(url: str) -> bool:
    """Whether `/health/ready` of this service answers 200 in time."""
    try:
        with urllib.request.urlopen(f"{url}/health/ready", timeout=SECONDS):  # noqa: S310
            return True
    except OSError as error:
        print(f"{url}: {error}", file=sys.stderr)  # noqa: T201
        return False


if __name__ == "__main__":
    sys.exit(not ready(sys.argv[1]))
