"""`/docs` of every service: the page, its files, their types and policy, and no other host."""

import re
from hashlib import sha256
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from shared.http import docs
from tests.kit.twin_districts import SERVICES, open_service
from tests.unit.web.conftest import SampleClient

FOLDER = Path(docs.__file__).parent / "static"
SOURCE = (FOLDER / "swagger-ui.SOURCE.txt").read_text("utf-8")
KEPT = re.findall(r"^([0-9a-f]{64})  (\S+)$", SOURCE, re.MULTILINE)


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_shows_its_doors_at_docs(tmp_path: Path, service: str) -> None:
    """Without a token: the page, all that it names, and the document that it draws."""
    client: TestClient = open_service(tmp_path, service).client
    page = client.get("/docs")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "openapi.json" in client.get("/docs/start.js").text
    assert not {"/health/live", "/metrics"} & client.get("/openapi.json").json()["paths"].keys()
    named = re.findall(r'(?:src|href)="(docs/[^"]+)"', page.text)
    assert [client.get(f"/{name}").status_code for name in named] == [200, 200, 200]


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_has_an_id_of_its_own(tmp_path: Path, service: str) -> None:
    """Two with one id open and close together on the page."""
    document = open_service(tmp_path, service).client.get("/openapi.json").json()
    ids = [one["operationId"] for path in document["paths"].values() for one in path.values()]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/docs/start.js", "text/javascript; charset=utf-8"),
        ("/docs/swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
        ("/docs/swagger-ui.css", "text/css; charset=utf-8"),
    ],
)
def test_the_files_are_sent_as_they_are_kept(sample: SampleClient, path: str, kind: str) -> None:
    """Byte for byte, with the type that `nosniff` asks for."""
    answer = sample.client.get(path)
    assert answer.content == (FOLDER / path.rsplit("/", 1)[1]).read_bytes()
    assert answer.headers["content-type"] == kind
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_policy_allows_this_host_alone_and_nothing_inline(sample: SampleClient) -> None:
    """No `unsafe-`, no other host, no frame; every other address keeps the strict policy."""
    policy = sample.client.get("/docs").headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert {value for name, value in rules.items() if name != "img-src"} == {"'none'", "'self'"}
    assert (rules["default-src"], rules["frame-ancestors"]) == ("'none'", "'none'")
    assert rules["img-src"] == "'self' data:"
    strict = sample.client.get("/openapi.json").headers["content-security-policy"]
    assert strict == "default-src 'none'; frame-ancestors 'none'"


def test_the_page_holds_nothing_inline_and_names_no_other_host(sample: SampleClient) -> None:
    """Scripts and styles are files; addresses are relative, so that a prefix of a proxy does no harm."""
    page = sample.client.get("/docs").text
    assert re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page) is None
    addresses = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert all(re.match(r"data:,$|docs/|openapi\.json$", address) for address in addresses)
    assert "//" not in re.sub(
        r"^//.*$", "", sample.client.get("/docs/start.js").text, flags=re.MULTILINE
    )


def test_a_browser_that_has_a_file_is_not_sent_it_again(sample: SampleClient) -> None:
    """304 for the same bytes, the bytes for any other mark; HEAD sends none."""
    first = sample.client.get("/docs/swagger-ui-bundle.js")
    mark = first.headers["etag"]
    again = sample.client.get("/docs/swagger-ui-bundle.js", headers={"If-None-Match": mark})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", mark)
    other = sample.client.get("/docs/swagger-ui-bundle.js", headers={"If-None-Match": '"other"'})
    assert (other.status_code, other.content) == (200, first.content)
    head = sample.client.head("/docs/swagger-ui-bundle.js")
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize(
    "path", ["/docs/x.js", "/docs/..%2fdocs.py", "/docs/swagger-ui.SOURCE.txt"]
)
def test_nothing_else_of_the_folder_is_served(sample: SampleClient, path: str) -> None:
    """A file is served by its name in the list alone."""
    assert sample.client.get(path).status_code == 404


def test_docs_is_no_door_of_the_document(sample: SampleClient) -> None:
    """The page for readers is not in the document that it draws."""
    paths = sample.client.get("/openapi.json").json()["paths"]
    assert [path for path in paths if path.startswith("/docs")] == []


def test_the_kept_files_are_those_of_the_named_version() -> None:
    """Nobody has changed the files of Swagger UI."""
    assert len(KEPT) == 5
    for digest, name in KEPT:
        assert sha256((FOLDER / name).read_bytes()).hexdigest() == digest
    assert re.search(r"version (\d+\.\d+\.\d+)", SOURCE)
