"""Lines of one kind are few, and what was left out is counted."""

import io
import logging
from dataclasses import dataclass, field

import pytest

from shared.observability import log_limit
from shared.observability.log_limit import ALWAYS, LimitedHandler


@dataclass
class Log:
    """A handler with a clock of the test, and what it wrote."""

    seconds: float = 0.0
    stream: io.StringIO = field(default_factory=io.StringIO)

    def __post_init__(self) -> None:
        """Open the handler."""
        self.handler = LimitedHandler(self.stream, lambda: self.seconds)

    def say(self, name: str, text: str, *values: object, times: int = 1, **extra: object) -> None:
        """Log the same line so many times."""
        for _ in range(times):
            record = logging.LogRecord(name, logging.ERROR, "", 0, text, values, None)
            record.__dict__.update(extra)
            self.handler.handle(record)

    def lines(self) -> list[str]:
        """All lines since the last call."""
        text = self.stream.getvalue()
        self.stream.seek(0)
        self.stream.truncate()
        return text.splitlines()


@pytest.fixture
def log() -> Log:
    """An empty log."""
    return Log()


def test_a_line_that_comes_again_and_again_is_counted_after_ten(log: Log) -> None:
    """Whatever its values; the next line of any kind says how many there were."""
    for number in range(30):
        log.say("lintas.web", "row %d", number)
    assert log.lines() == [f"row {number}" for number in range(10)]
    log.seconds = 59.9
    log.say("lintas.relay", "other")
    assert log.lines() == ["other"]
    log.seconds = 60
    log.say("lintas.relay", "another")
    assert log.lines() == ["repeated 20 times in 60 s: row 29", "another"]


def test_after_a_minute_the_same_line_is_written_again(log: Log) -> None:
    """Each minute has its ten."""
    log.say("lintas.web", "gone", times=11)
    log.lines()
    log.seconds = 60
    log.say("lintas.web", "gone")
    assert log.lines() == ["repeated 1 times in 60 s: gone", "gone"]


def test_the_end_of_the_process_logs_what_was_left_out(log: Log) -> None:
    """Nothing is left out in silence."""
    log.say("lintas.web", "gone", times=12)
    log.lines()
    log.handler.close()
    assert log.lines() == ["repeated 2 times in 60 s: gone"]


def test_a_flood_of_one_kind_hides_no_other(log: Log) -> None:
    """Our loggers and texts, and the levels of a library, each for itself."""
    log.say("lintas.web", "flood", times=1000)
    log.say("lintas.web", "unhandled %s", "KeyError")
    log.say("lintas.run", "flood")
    assert log.lines() == ["flood"] * 10 + ["unhandled KeyError", "flood"]


def test_a_library_is_cut_short_as_a_whole(log: Log) -> None:
    """Its texts hold values that we do not know, so they never look alike."""
    for number in range(50):
        log.say("aiokafka.conn", f"node {number} away")
        log.say("aiokafka.client", f"no metadata {number}")
    assert len(log.lines()) == 10


def test_a_failure_to_accept_is_logged_once_a_minute(log: Log) -> None:
    """The event loop says it a million times a minute, with a traceback each."""
    log.say("asyncio", "socket.accept() out of system resource", times=5000)
    assert log.lines() == ["socket.accept() out of system resource"]
    log.seconds = 60
    log.say("lintas.run", "on")
    (line, _) = log.lines()
    assert line.startswith("repeated 4999 times in 60 s: socket.accept()")


def test_a_line_that_somebody_answers_for_is_never_left_out(log: Log) -> None:
    """Access lines of known clients, audits."""
    log.say("lintas.access", "GET", times=500, **ALWAYS)
    assert len(log.lines()) == 500


def test_a_line_may_name_its_kind(log: Log) -> None:
    """Where one text serves many cases: the route and status of a stranger's request."""
    log.say("lintas.access", "%s", "a 401", times=20, kind="a 401")
    log.say("lintas.access", "%s", "b 404", times=20, kind="b 404")
    assert log.lines() == ["a 401"] * 10 + ["b 404"] * 10


def test_memory_is_bounded_and_nothing_is_left_out_in_silence(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When there are too many kinds they are all logged and forgotten."""
    monkeypatch.setattr(log_limit, "MOST_KINDS", 5)
    log.say("lintas.web", "first", times=12)
    for number in range(4):
        log.say("lintas.web", f"kind {number}")
    log.lines()
    log.say("lintas.web", "one more")
    assert log.lines() == ["repeated 2 times in 60 s: first", "one more"]
