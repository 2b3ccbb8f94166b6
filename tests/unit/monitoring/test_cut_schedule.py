"""A cut is taken when the log has grown and been quiet, in the end also when it never is."""

from services.monitoring.cut_schedule import REST, CutSchedule, LogState


def log(rows: int) -> LogState:
    """A log of one source."""
    return LogState({"urn:lintas:training": rows}, rows)


def test_an_empty_log_and_one_that_is_cut_need_no_cut() -> None:
    """However long they have been quiet."""
    schedule = CutSchedule(quiet=5, longest=60)
    assert not schedule.is_due(None, LogState({}, 0), 1e6)
    assert not schedule.is_due(log(3), log(3), 2e6)


def test_a_cut_is_due_after_a_quiet_while() -> None:
    """Each new event begins it again."""
    schedule = CutSchedule(quiet=5, longest=60)
    assert not schedule.is_due(None, log(1), 100)
    assert not schedule.is_due(None, log(2), 104)
    assert not schedule.is_due(None, log(2), 108.9)
    assert schedule.is_due(None, log(2), 109)


def test_events_that_keep_coming_do_not_postpone_it_for_ever() -> None:
    """Counted from the first that the newest cut does not have."""
    schedule = CutSchedule(quiet=5, longest=60)
    due = [schedule.is_due(log(0), log(second), 100 + second) for second in range(1, 62)]
    assert due == [False] * 60 + [True]
    assert not schedule.is_due(log(61), log(61), 162)
    assert not schedule.is_due(log(61), log(62), 163)


def test_a_long_cut_is_followed_by_a_longer_rest() -> None:
    """So cutting takes a tenth of the time, whatever the size of the log."""
    schedule = CutSchedule(quiet=0, longest=0)
    schedule.took(100, 140)
    assert not schedule.is_due(log(1), log(2), 140 + REST * 40 - 1)
    assert schedule.is_due(log(1), log(2), 140 + REST * 40)
