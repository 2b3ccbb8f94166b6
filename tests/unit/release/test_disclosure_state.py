"""Across releases: small changes of shown figures are never visible."""

from collections.abc import Mapping, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from services.monitoring.release.change import small
from services.monitoring.release.compose import Draft, decided
from services.monitoring.release.disclosure_bytes import packed, unpacked
from services.monitoring.release.disclosure_state import DisclosureState, hold, remember, rows
from services.monitoring.release.figure import Decided, FigureId, is_small
from services.monitoring.release.suppression import suppress
from tests.unit.release.tables import counts, line, one

NAME = ("X",)


def a_draft(parts: Mapping[str, int]) -> Draft:
    """One system with a total."""
    system = line(None, parts)
    return {NAME: decided(system, suppress(system, small(system)))}


def release_all(drafts: Sequence[Draft]) -> list[Draft]:
    """Release one draft after the other, remembering through bytes as the service does."""
    state, released = DisclosureState(), []
    for new in drafts:
        out = hold(new, state)
        state = unpacked(packed(remember(out, state)))
        released.append(out)
    return released


def figure(released: Draft, name: str) -> Decided:
    """One figure of a release."""
    return next(found for found in released[NAME] if found.id == one(name))


def test_a_change_by_few_is_held() -> None:
    """50 became 53: the release says 50 once more, and that it was held."""
    last = release_all([a_draft({"a": 50, "b": 80}), a_draft({"a": 53, "b": 80})])[-1]
    assert (figure(last, "a").shown, figure(last, "a").status) == (50, "held")
    assert figure(last, "b").status == "held"


def test_a_change_by_eleven_or_none_is_published() -> None:
    """Enough people changed, or nobody did."""
    last = release_all([a_draft({"a": 50, "b": 80}), a_draft({"a": 61, "b": 80})])[-1]
    assert figure(last, "a").status == "published"
    assert figure(last, "a").exact == 61


def test_changes_add_up_until_they_are_enough() -> None:
    """Held figures are compared with what was released, not with what was computed."""
    drafts = [a_draft({"a": 50, "b": 80, "c": 0}) for _ in range(1)]
    drafts += [a_draft({"a": 50 + grown, "b": 80, "c": 0}) for grown in (4, 8, 12)]
    shown = [figure(out, "a").exact for out in release_all(drafts)]
    assert shown == [50, 50, 50, 62]


def test_a_shown_figure_that_falls_below_eleven_is_held() -> None:
    """12 became 9: hiding it now would say that it fell by little."""
    last = release_all([a_draft({"a": 12, "b": 80}), a_draft({"a": 9, "b": 80})])[-1]
    assert figure(last, "a").status == "held"


def test_a_hidden_figure_may_change_by_few() -> None:
    """Nobody has seen it."""
    before = a_draft({"a": 4, "b": 80, "c": 30})
    after = a_draft({"a": 5, "b": 80, "c": 29})
    assert all(found.status != "held" for found in release_all([before, after])[-1][NAME])


def test_hidden_figures_of_a_held_system_stay_hidden() -> None:
    """Held means the same rows, whatever they said."""
    before = a_draft({"a": 4, "b": 80, "c": 30})
    after = a_draft({"a": 40, "b": 83, "c": 30})
    last = release_all([before, after])[-1]
    assert (figure(last, "a").shown, figure(last, "a").status) == (None, "held")


def test_a_new_system_is_never_held() -> None:
    """There is nothing to compare it with."""
    state = remember(a_draft({"a": 50}), DisclosureState())
    new: Draft = {("Y",): [Decided(one("a"), 53, 55, "published")]}
    assert hold(new, state) == new


def test_open_figures_outside_systems_are_never_held() -> None:
    """A new cooperative is no secret."""
    before: Draft = {("open",): [Decided(one("n"), 10, 10, "published")]}
    after: Draft = {("open",): [Decided(one("n"), 11, 11, "published")]}
    assert hold(after, remember(before, DisclosureState())) == after


def test_a_figure_hidden_for_one_release_may_not_return_changed_by_few() -> None:
    """50, hidden, 53: the gap between is no excuse."""
    shown: Draft = {NAME: [Decided(one("a"), 50, 50, "published")]}
    gap: Draft = {NAME: [Decided(one("a"), 50, None, "hidden")]}
    again: Draft = {NAME: [Decided(one("a"), 53, 55, "published")]}
    assert release_all([shown, gap, again])[-1][NAME][0].status == "held"


def test_a_release_of_fewer_months_does_not_make_the_next_forget() -> None:
    """A system that was left out once is compared with its last release."""
    first, later = a_draft({"a": 50, "b": 80}), a_draft({"a": 53, "b": 80})
    assert figure(release_all([first, {}, later])[-1], "a").status == "held"


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(counts, min_size=3, max_size=3), min_size=2, max_size=6))
def test_no_two_showings_in_a_row_differ_by_few(tables: list[list[int]]) -> None:
    """Whatever happens, a figure shown again has changed by nothing or by eleven and more."""
    released = release_all([a_draft(dict(zip("abc", row, strict=True))) for row in tables])
    last: dict[FigureId, int] = {}
    for out in released:
        for found in out[NAME]:
            if found.shown is not None:
                assert not is_small(found.exact - last.get(found.id, found.exact))
                last[found.id] = found.exact


@settings(max_examples=200, deadline=None)
@given(
    st.lists(counts, min_size=3, max_size=3),
    st.lists(st.integers(-3, 3), min_size=3, max_size=3),
)
def test_a_few_people_never_change_a_public_byte_of_what_was_shown(
    table: list[int], changes: list[int]
) -> None:
    """If few people come or go, every figure shown before reads the same after."""
    after = [max(0, count + change) for count, change in zip(table, changes, strict=True)]
    before, then = (
        {row.id: row.value for row in rows(out)}
        for out in release_all(
            [a_draft(dict(zip("abc", row, strict=True))) for row in (table, after)]
        )
    )
    for name, value in before.items():
        if value is not None and then[name] is not None:
            assert then[name] == value


def test_the_memory_survives_as_bytes() -> None:
    """What is read back is what was packed."""
    state = remember(a_draft({"a": 50, "b": 3, "c": 99}), DisclosureState())
    assert unpacked(packed(state)) == state
