"""The HTTP endpoints of the housing service; each turns outside words into one use case."""

from fastapi import APIRouter

from services.housing import CARD, service
from services.housing.correct import CORRECTIONS
from services.housing.lists import LISTS
from services.housing.schemas import InspectionList, RepairItem
from shared.application.context import Keys
from shared.application.routes import Routes


def routers(keys: Keys) -> tuple[APIRouter, ...]:
    """Every endpoint, given the keys that the use cases need."""
    routes, router = Routes(CARD.origin, keys, "housing:write"), APIRouter(tags=["repairs"])
    routes.items(router, "/v1/repairs", RepairItem, service.repair_houses)
    routes.lists(router, LISTS)
    page = service.list_inspections
    routes.worklist(router, "/v1/inspections", page, InspectionList, scope="housing:read")
    return router, routes.corrections(CORRECTIONS)
