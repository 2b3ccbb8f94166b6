"""The desk of the training service: lists, months, and pages whose acts call use cases of `service`."""

from services.training.desk.pages import PAGES
from services.training.lists import LISTS
from services.training.records import RECORDS
from shared.desk.desk import Desk

DESK = Desk(PAGES, LISTS, months=True, title="training.desk.title", records=RECORDS)
