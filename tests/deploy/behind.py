"""A service that may open 80 files: `python -m tests.deploy.behind FOLDER` prints its port and a token."""

import resource
import socket
import sys
from pathlib import Path

from shared.http.server import Server
from shared.observability.health import Health
from tests.kit.sample_api import open_database, sample_api, sample_tokens

FILES = 80


def main(folder: Path) -> None:
    """Serve the sample until the process ends; its log goes to standard error."""
    engine = open_database(f"sqlite:///{folder}/sample.db")
    tokens, writer, _ = sample_tokens(folder)
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], writer, flush=True)
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES))
    Server(sample_api(engine, tokens, Health())).run([listener])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
