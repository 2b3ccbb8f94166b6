"""Who a family is: masked in lists, shown on request to its own office, and each look recorded."""

import json
from collections.abc import Sequence
from typing import Any

from services.beneficiary import store
from services.beneficiary.answers import Identity, IdentityList
from services.beneficiary.own import readable
from shared.application.context import Context
from shared.application.looks import MOST_LOOKS, initials, last_digits, record_looks
from shared.security.identity import NationalId


def show_identities(context: Context, numbers: Sequence[str]) -> IdentityList:
    """Names, identity numbers, telephones and addresses of families; the audit keeps each look."""
    wanted = {context.family(number): number for number in numbers[:MOST_LOOKS]}
    known = store.families(context.connection, set(wanted))
    found = []
    for subject, number in wanted.items():
        one = readable(context, known.get(subject))
        found.append(_identity(context, number, one.sealed, one.current.representative))
    record_looks(context, wanted)
    return IdentityList(families=found)


def household(context: Context, row: Any) -> dict[str, Any]:
    """What every list says of a family: number and place, and masked whom to ask for."""
    says = json.loads(context.keys.cipher.decrypt(row.sealed))
    return {
        "family_number": says["family_number"],
        "pseudonym": row.subject,
        "region": row.region,
        "village": context.regions.name(row.region),
        "name": initials(_name(context, says, row.head)),
        "phone": last_digits(says["phone"]),
        "facilitator_number": row.facilitator_number,
    }


def _identity(context: Context, number: str, sealed: bytes, head: str | None) -> Identity:
    says = json.loads(context.keys.cipher.decrypt(sealed))
    name = _name(context, says, head)
    return Identity(
        family_number=number,
        name=name,
        national_id=says["national_id"] if name else None,
        card_number=says["card_number"],
        phone=says["phone"],
        address=says["address"],
    )


def _name(context: Context, says: dict[str, Any], head: str | None) -> str | None:
    """The name that the family came with, while the person of that name represents it."""
    number = says["national_id"]
    known = number is not None and context.person(NationalId(number)) == head
    return says["name"] if known or (number is None and head is None) else None
