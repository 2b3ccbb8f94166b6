"""The processes of a run on this machine."""

import subprocess
import sys
from pathlib import Path

import pytest

from lintas.broker import EmbeddedBroker, free_port
from lintas.local import NotReady, Stack


def test_a_service_that_ended_is_named_with_the_end_of_its_log(tmp_path: Path) -> None:
    """The last five lines say why; nobody has to look for the file first."""
    log = tmp_path / "logs" / "training.log"
    log.parent.mkdir()
    log.write_text("".join(f"line {number}\n" for number in range(1, 10)), "utf-8")
    stack = Stack(tmp_path, EmbeddedBroker(), {})
    stack.operations_ports["training"] = free_port()
    stack.processes["training"] = subprocess.Popen([sys.executable, "-c", ""])
    stack.processes["training"].wait(20)
    with pytest.raises(NotReady) as caught:
        stack.wait_ready("training")
    lines = str(caught.value).splitlines()
    assert lines == [
        f"training is not ready; its log {log} ends:",
        *(f"line {n}" for n in range(5, 10)),
    ]
