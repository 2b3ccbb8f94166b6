"""Signing in at a desk: passphrase, link, session, forms, limits."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from services.cooperative import CARD
from services.cooperative.tables import METADATA
from shared.database.engine import snapshot, transaction
from shared.desk import accounts, passphrases
from shared.desk.accounts import Role
from shared.desk.attempts import OF_ACCOUNT, OF_ADDRESS, shown_address
from shared.desk.desk import Desk
from shared.desk.tables import session
from tests.kit.desk import PASSPHRASE, DeskDoor, open_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DeskDoor]:
    """The desk of the cooperative service with one officer."""
    made = open_desk(tmp_path, CARD, METADATA, Desk())
    made.account()
    yield made
    made.engine.dispose()


def test_an_officer_signs_in_and_out(desk: DeskDoor) -> None:
    """The page has her name, office and area; after signing out it is closed."""
    browser = desk.browser()
    page = browser.sign_in()
    assert page.url.path == "/desk"
    assert all(word in page.text for word in ("Siti Contoh", "dinkop", "Jember", "Petugas"))
    assert browser.send("/desk/sign-out").url.path == "/desk/sign-in"
    assert browser.open("/desk").url.path == "/desk/sign-in"


def test_the_cookie_is_for_this_site_and_no_script(desk: DeskDoor) -> None:
    """On loopback it may go over plain HTTP, elsewhere never; the database has its digest alone."""
    browser = desk.browser()
    browser.open("/desk/sign-in")
    cookies = browser.send(
        "/desk/sign-in", follow=False, login="siti", passphrase=PASSPHRASE
    ).headers.get_list("set-cookie")
    (cookie,) = [one for one in cookies if one.startswith("lintas-cooperative-session=")]
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    assert "secure" not in cookie.lower()
    value = cookie.partition("=")[2].partition(";")[0]
    with snapshot(desk.engine) as connection:
        (digest,) = connection.execute(select(session.c.digest)).scalars()
    assert digest == accounts.digest_of(value)
    away = desk.browser().client.get("http://koperasi.example/desk/sign-in")
    assert all("secure" in one.lower() for one in away.headers.get_list("set-cookie"))


def test_every_page_has_the_strict_policy(desk: DeskDoor) -> None:
    """Nothing inline, no other host, no frame."""
    policy = desk.browser().sign_in().headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy


@pytest.mark.parametrize("role", ["unknown", "disabled", "wrong", "link only"])
def test_who_may_not_sign_in_gets_the_same_answer(desk: DeskDoor, role: str) -> None:
    """An unknown account, a disabled one, a wrong passphrase, an account without one."""
    login = "siti" if role == "wrong" else "budi"
    if role in ("disabled", "link only"):
        budi = desk.account("budi")
        with transaction(desk.engine) as connection:
            if role == "disabled":
                accounts.disable(connection, budi.id)
            else:
                accounts._change(connection, budi.id, passphrase=None)
    given = "frasa yang salah sekali" if role == "wrong" else PASSPHRASE
    page = desk.browser().sign_in(login, given)
    assert page.status_code == 403
    assert "tidak cocok" in page.text


def test_an_unknown_account_costs_the_work_of_a_known_one(
    desk: DeskDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Argon2 runs once for each, with hashes of the same parameters."""
    seen = []
    verify = type(passphrases._HASHER).verify

    def watched(hasher: object, known: str, given: bytes) -> bool:
        seen.append(known.rsplit("$", 2)[0])
        return verify(hasher, known, given)  # type: ignore[arg-type]

    monkeypatch.setattr(type(passphrases._HASHER), "verify", watched)
    for login in ("siti", "nobody"):
        desk.browser().sign_in(login, "frasa yang salah sekali")
    assert len(seen) == 2
    assert seen[0] == seen[1] == "$argon2id$v=19$m=19456,t=2,p=1"


def test_failures_are_limited_by_account(desk: DeskDoor, caplog: pytest.LogCaptureFixture) -> None:
    """After five not even the right passphrase opens it, until a quarter of an hour has passed."""
    caplog.set_level(logging.INFO, "lintas.desk")
    browser = desk.browser()
    for _ in range(OF_ACCOUNT):
        assert browser.sign_in(passphrase="frasa yang salah sekali").status_code == 403
    assert browser.sign_in().status_code == 429
    desk.clock.pass_by(minutes=16)
    assert browser.sign_in().status_code == 200
    assert "signed in: siti" in caplog.text
    assert "testclient" not in caplog.text
    assert PASSPHRASE not in caplog.text


def test_failures_are_limited_by_address(desk: DeskDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many accounts from one place; another place may go on."""
    monkeypatch.setattr(passphrases, "fits", lambda _, kept: kept is not None)
    desk.api.state.desk = replace(desk.host, proxy_in_front=True)
    browser = desk.browser()
    browser.open("/desk/sign-in")

    def tried(login: str, seen: str) -> int:
        headers = {"X-Forwarded-For": f"198.51.100.9, {seen}"}
        return browser.send(
            "/desk/sign-in", headers=headers, login=login, passphrase=PASSPHRASE, follow=False
        ).status_code

    assert {tried(f"nobody-{n}", "192.0.2.1") for n in range(OF_ADDRESS)} == {403}
    assert tried("siti", "192.0.2.1") == 429
    assert tried("siti", "192.0.2.2") == 303


def test_without_a_proxy_its_header_counts_for_nothing(desk: DeskDoor) -> None:
    """Else everybody would choose his address."""
    browser = desk.browser()
    browser.open("/desk/sign-in")
    for n in range(OF_ACCOUNT):
        headers = {"X-Forwarded-For": f"192.0.2.{n}"}
        browser.send("/desk/sign-in", headers=headers, login="siti", passphrase="salah")
    assert browser.sign_in().status_code == 429


def test_the_log_shows_the_beginning_of_an_address() -> None:
    """A network, not a connection."""
    assert shown_address("198.51.100.9") == "198.51.*"
    assert shown_address("2001:db8::1") == "2001:0db8:*"
    assert shown_address("testclient") == "-"


def test_a_session_ends_when_nobody_works_and_after_ten_hours(desk: DeskDoor) -> None:
    """Half an hour without a request; ten hours in any case."""
    browser = desk.browser()
    browser.sign_in()
    desk.clock.pass_by(minutes=31)
    assert browser.open("/desk").url.path == "/desk/sign-in"
    browser.sign_in()
    for _ in range(24):
        desk.clock.pass_by(minutes=25)
        browser.open("/desk")
    assert browser.open("/desk").url.path == "/desk/sign-in"


def test_the_cookie_changes_and_the_earlier_one_soon_ends(desk: DeskDoor) -> None:
    """Requests that were under way are still served; later the earlier value is nothing."""
    browser, name = desk.browser(), "lintas-cooperative-session"
    browser.sign_in()
    first = browser.client.cookies[name]
    desk.clock.pass_by(minutes=16)
    assert browser.open("/desk").url.path == "/desk"
    assert browser.client.cookies[name] != first
    other = desk.browser()
    other.client.cookies.set(name, first, path="/desk")
    assert other.open("/desk").url.path == "/desk"
    desk.clock.pass_by(minutes=2)
    other = desk.browser()
    other.client.cookies.set(name, first, path="/desk")
    assert other.open("/desk").url.path == "/desk/sign-in"
    assert browser.open("/desk").url.path == "/desk"


def test_a_disabled_account_is_signed_out(desk: DeskDoor) -> None:
    """At its next request."""
    budi, browser = desk.account("budi"), desk.browser()
    browser.sign_in("budi")
    with transaction(desk.engine) as connection:
        accounts.disable(connection, budi.id)
    assert browser.open("/desk").url.path == "/desk/sign-in"


@pytest.mark.parametrize("wrong", ["no key", "another session's", "another site"])
def test_a_form_that_was_not_shown_is_refused(desk: DeskDoor, wrong: str) -> None:
    """Neither without its key, nor with that of somebody else, nor from another site."""
    desk.account("budi")
    browser, other = desk.browser(), desk.browser()
    browser.sign_in()
    other.sign_in("budi")
    key = {"no key": "", "another session's": other.form_key}.get(wrong, browser.form_key)
    headers = {"Sec-Fetch-Site": "cross-site"} if wrong == "another site" else None
    assert browser.send("/desk/sign-out", form_key=key, headers=headers).status_code == 403
    assert browser.open("/desk").url.path == "/desk"


def test_a_sign_in_that_another_site_sends_is_refused(desk: DeskDoor) -> None:
    """Nobody is signed in to an account of somebody else."""
    browser = desk.browser()
    answer = browser.send("/desk/sign-in", login="siti", passphrase=PASSPHRASE, form_key="x")
    assert answer.status_code == 403
    assert "form_key" not in answer.text


def test_a_link_is_good_once_and_sets_a_passphrase(desk: DeskDoor) -> None:
    """Looking at it uses nothing up; a passphrase that is too short leaves it good."""
    budi, browser = desk.account("budi"), desk.browser()
    with transaction(desk.engine) as connection:
        path = f"/desk/link/{accounts.make_link(connection, budi.id, desk.clock())}"
    browser.open(path)
    assert browser.open(path).status_code == 200
    assert browser.send(path, passphrase="pendek").status_code == 422
    home = browser.send(path, passphrase="frasa sandi yang baru")
    assert (home.url.path, "Nama akun: budi" in home.text) == ("/desk", True)
    other = desk.browser()
    other.open(path)
    assert other.send(path, passphrase="").status_code == 403
    assert desk.browser().sign_in("budi").status_code == 403
    assert desk.browser().sign_in("budi", "frasa sandi yang baru").status_code == 200


def test_a_link_ends_after_three_days(desk: DeskDoor) -> None:
    """And with another link."""
    budi, browser = desk.account("budi"), desk.browser()
    with transaction(desk.engine) as connection:
        first = accounts.make_link(connection, budi.id, desk.clock())
        second = accounts.make_link(connection, budi.id, desk.clock())
    browser.open(f"/desk/link/{first}")
    assert browser.send(f"/desk/link/{first}").status_code == 403
    desk.clock.pass_by(hours=73)
    assert browser.send(f"/desk/link/{second}").status_code == 403


def test_after_signing_in_one_is_where_one_wanted_to_be(desk: DeskDoor) -> None:
    """And never on another site."""
    browser = desk.browser()
    browser.open("/desk")
    assert browser.sign_in().url.path == "/desk"
    other = desk.browser()
    other.client.cookies.set("lintas-cooperative-back", "//example.org/desk", path="/desk")
    assert other.sign_in().url.path == "/desk"


def test_the_language_is_kept(desk: DeskDoor) -> None:
    """Indonesian unless English was chosen."""
    browser = desk.browser()
    assert '<html lang="id">' in browser.open("/desk/sign-in").text
    assert '<html lang="en">' in browser.open("/desk/sign-in?bahasa=en").text
    assert "Officer" in browser.sign_in().text


def test_a_reader_has_no_scope_to_write() -> None:
    """The scopes of an account follow from its role."""
    assert Role.READER.verbs == ("read",)
    assert Role.SECRETARY.verbs == ("read", "write")
