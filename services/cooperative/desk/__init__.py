"""The desk of the cooperative service: its pages, each of which calls use cases of `service`."""

from services.cooperative.desk.pages import PAGES
from shared.desk.desk import Desk

DESK = Desk(pages=PAGES)
