"""What an indicator is: a small definition with pure rules from a fact to cells."""

import hashlib
import inspect
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Key = tuple[str, str, str, str]
"""Part, region, period, band."""
Contributions = Mapping[Key, int]
Rule = Callable[[Any], Contributions]
MEMBERSHIPS = "memberships"
"""Record code that means the memberships of a family's persons."""
Disclosure = Literal["people", "open", "mixed"]
"""`people`: small counts are hidden. `open`: exact. `mixed`: the parts say which is which."""


@dataclass(frozen=True)
class Indicator:
    """One indicator over events. `rules` gives, for each unit, a fact's contributions."""

    number: str
    name_id: str
    name_en: str
    unit: str
    """What is counted."""
    disclosure: Disclosure
    parts: Mapping[str, str]
    """Part of the cells -> how it is counted."""
    source: str
    """Where the formula comes from."""
    rules: Mapping[str, Rule]
    follows: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Codes of the records that can change what a unit puts into cells, and `MEMBERSHIPS` for the
    other ministry's half of a family; a unit that is not named follows all."""

    def described(self) -> dict[str, Any]:
        """Everything that defines the figure, the program text of its rules included."""
        return {
            "number": self.number,
            "name_id": self.name_id,
            "name_en": self.name_en,
            "unit": self.unit,
            "disclosure": self.disclosure,
            "parts": dict(self.parts),
            "source": self.source,
            "rules": {unit: inspect.getsource(rule) for unit, rule in sorted(self.rules.items())},
        }

    @property
    def sha256(self) -> str:
        """Hash of the definition: it changes when the figure may mean something else."""
        text = json.dumps(self.described(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def counted(found: Counter[Key]) -> dict[Key, int]:
    """Contributions without zeros."""
    return {key: value for key, value in found.items() if value}
