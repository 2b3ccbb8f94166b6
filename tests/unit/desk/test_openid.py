"""Signing in with an agency's account: the way there and back, and what does not get in."""

import hmac
import json
import logging
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from httpx import Response
from joserfc.jwk import ECKey

from services.cooperative import CARD, app
from services.cooperative.settings import CooperativeSettings
from services.cooperative.tables import METADATA
from shared.database.engine import transaction
from shared.desk import accounts
from shared.desk.desk import Desk
from shared.desk.openid import Provider
from shared.security.keys import WeakKey
from shared.settings import SettingsError
from tests.kit.desk import Browser, DeskDoor, open_desk
from tests.kit.door import NOW, make_keys
from tests.kit.openid_provider import CLIENT, SECRET, FakeProvider, openid_provider


@pytest.fixture(scope="module")
def listening() -> Iterator[FakeProvider]:
    with openid_provider(NOW.timestamp()) as provider:
        yield provider


@pytest.fixture
def provider(listening: FakeProvider) -> FakeProvider:
    """The provider as it should be."""
    fresh = FakeProvider(issuer=listening.issuer, now=listening.now)
    listening.__dict__.update(fresh.__dict__)
    return listening


@pytest.fixture
def desk(tmp_path: Path, provider: FakeProvider) -> Iterator[DeskDoor]:
    """The desk of the cooperative service with one officer, who has no passphrase to type."""
    made = open_desk(tmp_path, CARD, METADATA, Desk())
    made.account()
    known = Provider(provider.issuer, CLIENT, "http://127.0.0.1", SECRET)
    made.api.state.desk = replace(made.host, provider=known)
    yield made
    made.engine.dispose()


def leave_for_provider(browser: Browser) -> str:
    """Where the provider sends the browser back to."""
    away = browser.open("/desk/openid", follow=False).headers["location"]
    back = httpx.get(away).headers["location"]
    assert back.startswith("http://127.0.0.1/desk/openid/back?")
    return back.removeprefix("http://127.0.0.1")


def sign_in(desk: DeskDoor) -> Response:
    """The whole way, from the link on the page."""
    browser = desk.browser()
    assert 'href="/desk/openid"' in browser.open("/desk/sign-in").text
    return browser.open(leave_for_provider(browser))


def test_who_the_provider_knows_signs_in(desk: DeskDoor, caplog: pytest.LogCaptureFixture) -> None:
    """The desk's account of that name says what she may do; the log has no token."""
    caplog.set_level(logging.INFO, "lintas.desk")
    page = sign_in(desk)
    assert page.status_code == 200
    assert page.url.path == "/desk"
    assert "Siti Contoh" in page.text
    assert "signed in by provider: siti" in caplog.text
    assert "code-" not in caplog.text


def test_the_page_that_was_asked_for_comes_after_the_sign_in(desk: DeskDoor) -> None:
    """As with a passphrase."""
    browser = desk.browser()
    browser.open("/desk/nothing-here")
    browser.open("/desk", follow=False)
    assert browser.open(leave_for_provider(browser), follow=False).headers["location"] == "/desk"


@pytest.mark.parametrize("state", ["unknown", "disabled"])
def test_only_accounts_of_the_desk_get_in(
    desk: DeskDoor, provider: FakeProvider, state: str
) -> None:
    """That the agency knows somebody does not say that they may work here."""
    if state == "disabled":
        budi = desk.account("budi")
        with transaction(desk.engine) as connection:
            accounts.disable(connection, budi.id)
    provider.name = "budi"
    page = sign_in(desk)
    assert page.status_code == 403
    assert "belum terdaftar" in page.text


@pytest.mark.parametrize(
    ("spoiled", "value"),
    [
        ("claims", {"iss": "https://another.example"}),
        ("claims", {"aud": "another client"}),
        ("claims", {"aud": None}),
        ("claims", {"nonce": "of another sign-in"}),
        ("claims", {"nonce": None}),
        ("claims", {"exp": int(NOW.timestamp()) - 3600}),
        ("claims", {"exp": None}),
        ("claims", {"iat": int(NOW.timestamp()) + 3600}),
        ("claims", {"aud": [CLIENT, "other"], "azp": "other"}),
        ("claims", {"preferred_username": None}),
        ("claims", {"preferred_username": ["siti"]}),
        ("signs_with", ECKey.generate_key("P-256", {"kid": "one"})),
        ("forged", "eyJhbGciOiJub25lIn0.e30."),
        ("forged", "not a token"),
        ("answer", {"iss": "https://another.example"}),
        ("answer", {"error": "access_denied"}),
        ("answer", {"code": "invented"}),
        ("answer", {"state": "invented"}),
        ("answer", {"state": "é"}),
    ],
)
def test_what_does_not_hold_gets_nobody_in(
    desk: DeskDoor, provider: FakeProvider, spoiled: str, value: Any
) -> None:
    """Every check of the token and of the answer, each spoiled alone."""
    setattr(provider, spoiled, value)
    browser = desk.browser()
    page = browser.open(leave_for_provider(browser))
    assert page.status_code == 403
    assert "tidak berhasil" in page.text
    assert browser.open("/desk").url.path == "/desk/sign-in"


def test_a_shared_secret_signs_no_token(desk: DeskDoor, provider: FakeProvider) -> None:
    """HS256 with the public key as the secret is the oldest way around a signature."""
    browser = desk.browser()
    away = browser.open("/desk/openid", follow=False).headers["location"]
    nonce = parse_qs(urlsplit(away).query)["nonce"][0]
    claims = provider.right(nonce)
    header = {"alg": "HS256", "kid": "one"}
    parts = [urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=") for one in (header, claims)]
    secret = provider.key.as_pem(private=False)
    mac = urlsafe_b64encode(hmac.digest(secret, b".".join(parts), "sha256")).rstrip(b"=")
    provider.forged = b".".join([*parts, mac]).decode()
    back = httpx.get(away).headers["location"].removeprefix("http://127.0.0.1")
    assert browser.open(back).status_code == 403


def test_a_sign_in_belongs_to_the_browser_that_began_it(desk: DeskDoor) -> None:
    """Who is sent another person's way back is not signed in as that person."""
    way_back = leave_for_provider(desk.browser())
    page = desk.browser().open(way_back)
    assert page.status_code == 403
    assert "peramban lain" in page.text


def test_a_way_back_is_good_once_and_for_ten_minutes(desk: DeskDoor) -> None:
    """Afterwards the cookie is gone, or too old."""
    browser = desk.browser()
    way_back = leave_for_provider(browser)
    assert browser.open(way_back).status_code == 200
    assert browser.open(way_back).status_code == 403
    late = desk.browser()
    way_back = leave_for_provider(late)
    desk.clock.pass_by(minutes=11)
    assert "sudah berakhir" in late.open(way_back).text


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://another.example"},
        {"authorization_endpoint": "http://another.example/authorize"},
        {"authorization_endpoint": None},
    ],
)
def test_a_provider_that_is_not_itself_is_not_asked(
    desk: DeskDoor, provider: FakeProvider, document: dict[str, Any]
) -> None:
    """Its document must name the issuer of the setting, and addresses over TLS."""
    provider.document = document
    assert desk.browser().open("/desk/openid", follow=False).status_code == 503


def test_a_provider_that_is_away_leaves_the_passphrase(desk: DeskDoor) -> None:
    """The refusal says so, and the form still works."""
    gone = replace(desk.api.state.desk.provider, issuer="http://127.0.0.1:9")
    desk.api.state.desk = replace(desk.host, provider=gone)
    browser = desk.browser()
    page = browser.open("/desk/openid")
    assert page.status_code == 503
    assert "frasa sandi" in page.text
    assert browser.sign_in().url.path == "/desk"


def test_without_a_provider_there_is_no_way(desk: DeskDoor) -> None:
    """The page shows no link, and the address is not served."""
    desk.api.state.desk = desk.host
    browser = desk.browser()
    assert "openid" not in browser.open("/desk/sign-in").text
    assert browser.open("/desk/openid").status_code == 404


def test_a_service_with_a_desk_says_what_it_lacks_for_a_provider(tmp_path: Path) -> None:
    """Before it serves anything: the provider would have nowhere to send people back to."""
    make_keys(tmp_path / "keys", CARD.name)
    given: dict[str, Any] = {
        "keys": tmp_path / "keys",
        "database": f"sqlite:///{tmp_path}/x.sqlite",
    }
    given |= {"openid_issuer": "https://sso.example", "openid_client": "lintas"}
    with pytest.raises(SettingsError, match="LINTAS_COOPERATIVE_DESK_URL: missing"):
        app.build(CooperativeSettings(**given))
    secret = tmp_path / "secret"
    secret.write_text("sangat rahasia\n")
    secret.chmod(0o644)
    given |= {"desk_url": "https://koperasi.example", "openid_secret_file": secret}
    with pytest.raises(WeakKey, match="others can read it"):
        app.build(CooperativeSettings(**given))
