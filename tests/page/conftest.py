"""A server on a free port and Debian's Chromium, for pages."""

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import sync_playwright

from tests.programs import needed

ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def serve(api: FastAPI) -> Iterator[str]:
    """Serve an application; gives its address."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(api, log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(5)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's Chromium."""
    program = needed("chromium")
    needed("libatomic.so.1")
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def wide(browser: Any) -> Iterator[Any]:
    """A wide window that remembers complaints and requests."""
    yield from _window(browser, 1280)


@pytest.fixture
def narrow(browser: Any) -> Iterator[Any]:
    """A telephone."""
    yield from _window(browser, 390)


def _window(browser: Any, width: int) -> Iterator[Any]:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.complaints, page.asked = [], []
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("request", lambda request: page.asked.append(request.url))
    yield page
    page.close()
