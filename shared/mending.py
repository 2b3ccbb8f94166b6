"""Corrections, as far as they are the same for every source: find the event, check the replacement.

What a correction does to a service's own rows is the service's business.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import Connection, select

from shared.events import Event, Fact
from shared.events.base import Payload
from shared.events.corrections import CorrectionReason, FactCorrected
from shared.events.envelope import parse, with_sequence
from shared.outbox import outbox
from shared.problems import InvalidContent, field_error
from shared.refusals import conflict, other_subject, require_days, unknown


class CorrectionRequest(BaseModel):
    """An earlier event of this service was wrong."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    event_id: UUID
    """Id of the wrong event, as answered when it was accepted."""
    reason: CorrectionReason
    replacement: dict[str, Any] | None = None
    """The right `data` of that event; none takes it back."""


class Corrected(BaseModel):
    """A correction was staged."""

    id: UUID
    """Id of the correction's event."""


@dataclass(frozen=True)
class Correction:
    """One of our events, and what shall count instead of it; no replacement takes it back."""

    original: Event
    replacement: Payload | None
    reason: CorrectionReason

    @property
    def content(self) -> str | None:
        """The replacement as canonical text, to recognise the same correction."""
        if self.replacement is None:
            return None
        return json.dumps(self.replacement.model_dump(mode="json"), sort_keys=True)

    @property
    def fact(self) -> Fact:
        """The correction, told at the time of the fact that it mends: figures go by event time."""
        data = FactCorrected(
            corrected=self.original.id,
            corrected_type=self.original.type,
            reason=self.reason,
            replacement=json.loads(self.content) if self.content else None,
        )
        return Fact(self.original.subject, self.original.time, data)


def load_correction(
    connection: Connection, request: CorrectionRequest, *, fixed: Collection[str], today: date
) -> Correction:
    """The correction that a request asks for; `fixed` fields may not differ from the original's.

    Raises:
        Refusal: NOT_FOUND, CONFLICT for a correction of a correction, CORRECTION_SUBJECT,
            TIME_FUTURE or DATE_IMPLAUSIBLE for a day that cannot be;
            InvalidContent (422) when the replacement breaks the contract of its type.
    """
    query = select(outbox.c.body).where(outbox.c.event_id == request.event_id)
    body = connection.execute(query).scalar_one_or_none()
    if body is None:
        raise unknown("event_id")
    original = parse(with_sequence(body, 1))
    if isinstance(original.data, FactCorrected):
        raise conflict("event_id")
    replacement = _replacement(type(original.data), request.replacement)
    for field in fixed if replacement else ():
        if getattr(original.data, field, None) != getattr(replacement, field, None):
            raise other_subject(field)
    wanted = Correction(original, replacement, request.reason)
    require_days(wanted.fact.payload, today)
    return wanted


def _replacement(kind: type[Payload], data: dict[str, Any] | None) -> Payload | None:
    if data is None:
        return None
    try:
        return kind.model_validate_json(json.dumps(data), strict=True)
    except ValidationError as error:
        told = [field_error(item) for item in error.errors(include_url=False)]
        raise InvalidContent(
            [item | {"field": f"replacement.{item['field']}"} for item in told]
        ) from None
