"""The desk of the cooperative service: its pages, each of which calls use cases of `service`."""

from services.cooperative.desk.pages import PAGES
from services.cooperative.lists import LISTS
from shared.desk.desk import Desk

DESK = Desk(pages=PAGES, lists=LISTS, months=True)
