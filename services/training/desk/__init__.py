"""The desk of the training service: its pages, each of which calls use cases of `service`."""

from services.training.desk.pages import PAGES
from services.training.lists import LISTS
from shared.desk.desk import Desk

DESK = Desk(pages=PAGES, lists=LISTS, months=True)
