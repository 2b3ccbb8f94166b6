"""How the rows of this service follow corrections: what is found, decided about and saved."""

from typing import Any

from sqlalchemy import Connection

from services.housing import domain, store
from services.housing.domain import House
from services.housing.tables import correction, house
from shared.application.correction_rules import (
    Correctable,
    CorrectionRules,
    by_rule,
    forgets,
    own_region,
)
from shared.events.envelope import Event
from shared.events.housing import HouseRepaired


def _find(connection: Connection, _fact: Event, current: Any) -> House | None:
    return next(iter(store.houses(connection, [current.house], by="id").values()), None)


CORRECTIONS = CorrectionRules(
    kept=correction,
    fixed=("house",),
    things={
        HouseRepaired: Correctable(
            lock=house,
            find=_find,
            places=own_region,
            correct=by_rule(domain.corrected),
            save=store.save_houses,
            forget=forgets(house),
        )
    },
    references={},
)
