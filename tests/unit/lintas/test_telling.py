"""A long command says what it does: in lines where there is no terminal."""

import io
import threading

from rich.console import Console
from rich.progress import Progress

from lintas.telling import Ticker, amounts, doing, say


def console(*, terminal: bool) -> Console:
    """A console of eighty columns that keeps what is printed."""
    return Console(file=io.StringIO(), force_terminal=terminal, width=80)


def printed(one: Console) -> str:
    """What was printed."""
    assert isinstance(one.file, io.StringIO)
    return one.file.getvalue()


def test_a_ticker_prints_at_once_and_again_until_its_block_ends() -> None:
    """Where nobody can draw."""
    screen, third = console(terminal=False), threading.Event()
    lines = iter(range(1_000_000))

    def line() -> str:
        number = next(lines)
        if number == 2:
            third.set()
        return f"line {number}"

    with Ticker(screen, line, every=0.001):
        assert third.wait(30)
    said = printed(screen).splitlines()
    assert said[:3] == ["line 0", "line 1", "line 2"]
    assert len(said) == next(lines)


def test_on_a_terminal_a_ticker_keeps_still() -> None:
    """Bars are drawn there."""
    screen = console(terminal=True)
    with Ticker(screen, lambda: "never", every=0.001):
        pass
    assert printed(screen) == ""


def test_a_long_step_is_named_before_it_is_done() -> None:
    """With the seconds it took so far."""
    screen = console(terminal=False)
    with doing(screen, "making keys"):
        pass
    assert printed(screen) == "making keys ... 0 s\n"


def test_amounts_are_one_line_for_all_tasks() -> None:
    """A total that is not known yet has a question mark."""
    bars = Progress(console=console(terminal=False))
    assert amounts(bars.tasks) == "sending"
    bars.update(bars.add_task("rows", total=5_000), completed=1_200)
    bars.add_task("on the bus", total=None)
    assert amounts(bars.tasks) == "rows 1,200/5,000; on the bus 0/?"


def test_what_is_to_be_pasted_is_never_folded_or_marked_up() -> None:
    """A long command in a narrow window stays one line, as it was written."""
    screen = console(terminal=True)
    command = "curl " + "x" * 200 + " [bold]not bold[/bold]"
    say(screen, command)
    assert printed(screen) == command + "\n"
