"""The month that a draft closes once every row of it is accepted."""

import json
from dataclasses import dataclass
from typing import Self

from shared.csv.rows import Problem
from shared.desk.packing import packed_problem, unpacked_problem


@dataclass(frozen=True)
class Closing:
    """A month of the draft's list in a kabupaten or kota."""

    month: str
    district: str
    nil: bool = False
    closed: bool = False
    problem: Problem | None = None
    """Why it is still open."""

    @property
    def key(self) -> str:
        """What a form calls it."""
        return f"{self.district}/{self.month}"

    def packed(self) -> str:
        """As text for its column."""
        problem = None if self.problem is None else packed_problem(self.problem)
        return json.dumps(vars(self) | {"problem": problem})

    @classmethod
    def unpacked(cls, text: str) -> Self:
        """From that text."""
        values = json.loads(text)
        problem = values.pop("problem")
        return cls(**values, problem=None if problem is None else unpacked_problem(problem))
