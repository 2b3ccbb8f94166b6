"""The desk of Social Affairs: its pages, each of which calls use cases of `service`."""

from services.beneficiary.desk.pages import PAGES
from services.beneficiary.lists import LISTS
from shared.desk.desk import Desk

DESK = Desk(pages=PAGES, lists=LISTS, months=True)
