"""The desk of the cooperative service: lists, months, and pages whose acts call use cases of `service`."""

from services.cooperative.desk.pages import PAGES
from services.cooperative.lists import LISTS
from shared.desk.desk import Desk

DESK = Desk(PAGES, LISTS, months=True, title="cooperative.desk.title")
