"""Things that nothing ties to each other, apart."""

from collections.abc import Collection, Iterable
from typing import Any, TypeVar

Link = TypeVar("Link")


def tied(
    things: Collection[Any], links: Iterable[tuple[Iterable[Any], Link]]
) -> list[tuple[list[Any], list[Link]]]:
    """The things in groups that share no link, in order, each group with its links.

    A link ties those of its members that are among the things; a link without any is left out.
    """
    leader = {one: one for one in things}

    def find(one: Any) -> Any:
        while leader[one] != one:
            leader[one] = one = leader[leader[one]]
        return one

    touching: list[tuple[Any, Link]] = []
    for members, link in links:
        inside = [one for one in members if one in leader]
        for one in inside[1:]:
            leader[find(one)] = find(inside[0])
        touching += [(inside[0], link)] if inside else []
    groups: dict[Any, tuple[list[Any], list[Link]]] = {}
    for one in sorted(things):
        groups.setdefault(find(one), ([], []))[0].append(one)
    for one, link in touching:
        groups[find(one)][1].append(link)
    return list(groups.values())
