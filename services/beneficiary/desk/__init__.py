"""The desk of Social Affairs: lists, months, and pages whose acts call use cases of `service`."""

from services.beneficiary.desk.pages import PAGES
from services.beneficiary.lists import LISTS
from services.beneficiary.records import RECORDS
from shared.desk.desk import Desk

DESK = Desk(PAGES, LISTS, months=True, title="beneficiary.desk.title", records=RECORDS)
