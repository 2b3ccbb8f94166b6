"""The desk of the cooperative service: lists, months, and pages whose acts call use cases of `service`."""

from services.cooperative.desk.pages import PAGES
from services.cooperative.lists import LISTS
from services.cooperative.records import RECORDS
from shared.desk.desk import Desk

DESK = Desk(PAGES, LISTS, months=True, title="cooperative.desk.title", records=RECORDS)
