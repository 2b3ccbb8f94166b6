"""How the rows of this service follow corrections: what is found, decided about and saved."""

from typing import Any

from sqlalchemy import Connection

from services.housing import domain, store
from services.housing.domain import House
from services.housing.tables import correction, house
from shared.application.correction_rules import Correctable, Correction, CorrectionRules, Places
from shared.events.envelope import Event
from shared.events.housing import HouseRepaired


def _find(connection: Connection, _fact: Event, current: Any) -> House | None:
    return next(iter(store.houses(connection, [current.house], by="id").values()), None)


def _places(_connection: Connection, _fact: Event, one: House | None) -> Places:
    return (one.region,) if one else ()


def _correct(_connection: Connection, one: House, wanted: Correction) -> House | None:
    new: Any = wanted.replacement
    return domain.corrected(one, new)


CORRECTIONS = CorrectionRules(
    kept=correction,
    fixed=("house",),
    things={
        HouseRepaired: Correctable(
            lock=house,
            find=_find,
            places=_places,
            correct=_correct,
            save=store.save_houses,
            forget=store.forget_house,
        )
    },
    references={},
)
