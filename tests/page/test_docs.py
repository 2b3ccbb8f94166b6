"""`/docs` of every service in a real browser: all operations are drawn, nothing comes from outside."""

from pathlib import Path
from typing import Any

import pytest

from tests.kit.twin_districts import SERVICES, open_service
from tests.page.conftest import serve


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_is_drawn_from_this_host_alone(
    wide: Any, tmp_path: Path, service: str
) -> None:
    """As many as the document has; no complaint about the policy; no request to another host."""
    client = open_service(tmp_path, service).client
    for address in serve(client.app):  # type: ignore[arg-type]
        wide.goto(f"{address}/docs")
        wide.wait_for_selector(".opblock")
        paths = client.get("/openapi.json").json()["paths"]
        drawn = wide.locator(".opblock").count()
        assert drawn == sum(len(operations) for operations in paths.values())
        wide.locator(".opblock-summary-control").first.click()
        wide.wait_for_selector(".opblock.is-open .responses-table")
        assert wide.title().startswith("Lintas: ")
        assert {url.split("/")[2] for url in wide.asked if not url.startswith("data:")} == {
            address.split("/")[2]
        }
        assert wide.complaints == []


def test_a_door_can_be_tried_on_the_page(wide: Any, tmp_path: Path) -> None:
    """The page's own button asks this service, and shows what it answered."""
    client = open_service(tmp_path, "monitoring").client
    for address in serve(client.app):  # type: ignore[arg-type]
        wide.goto(f"{address}/docs")
        door = wide.locator(".opblock", has_text="/v1/watermarks")
        door.locator(".opblock-summary-control").click()
        door.locator(".try-out__btn").click()
        door.locator(".execute").click()
        wide.wait_for_selector(".live-responses-table .response-col_status")
        assert f"{address}/v1/watermarks" in wide.asked
        assert wide.complaints == []
