"""Which tests one worker runs when several run side by side."""

from pathlib import Path

from tests.kit.lanes import lane


def test_the_tests_that_look_at_one_run_are_in_one_lane() -> None:
    """The pilot is played once a session, however many workers there are; who does not look is free."""
    assert lane(Path("e2e/test_pilot.py")) == lane(Path("e2e/test_by_hand.py")) == "e2e"
    assert lane(Path("e2e/test_toy_ministry.py")) == "e2e/test_toy_ministry.py"


def test_other_files_are_lanes_of_their_own() -> None:
    """A fixture of a module is made once; two files may run at the same time."""
    assert lane(Path("integration/test_run.py")) == "integration/test_run.py"
