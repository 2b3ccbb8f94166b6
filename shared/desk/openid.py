"""Sign in with the accounts that an office has already: OpenID Connect, code flow with PKCE.

The provider says who somebody is; the desk's own account of that name says what they may do.
"""

import logging
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from shared.desk.openid_begun import Begun
from shared.errors import Refusal

SECONDS = 5.0
"""The longest that the provider may take for an answer."""
LEEWAY = 60
"""By so many seconds the provider's clock may be off."""
ALGORITHMS = ("RS256", "PS256", "ES256", "ES384", "EdDSA")
"""Signatures alone: a secret that both sides know proves nothing, and `none` less."""
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
log = logging.getLogger("lintas.desk")


@dataclass(frozen=True)
class Provider:
    """Who says who somebody is, and as whom the desk asks."""

    issuer: str
    client: str
    desk: str
    """Where people reach the desk: the provider sends them back there."""
    secret: str = ""
    """Empty for a public client, which PKCE alone protects."""
    claim: str = "preferred_username"
    """What of the token is the name of an account; `sub` where people can change their names."""

    @property
    def back(self) -> str:
        """The address that the provider must know as the client's own."""
        return f"{self.desk.rstrip('/')}/desk/openid/back"


def address(provider: Provider, begun: Begun) -> str:
    """Where to send the browser.

    Raises:
        Refusal: OPENID_AWAY (503), the provider gives no answer that can be used.
    """
    challenge = urlsafe_b64encode(sha256(begun.verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": provider.client,
        "redirect_uri": provider.back,
        "scope": "openid profile",
        "state": begun.state,
        "nonce": begun.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    endpoint = _endpoint(provider, _discovered(provider), "authorization_endpoint")
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"


def name_of(provider: Provider, begun: Begun, given: Mapping[str, str], now: datetime) -> str:
    """The name that the provider vouches for, from what it sent the browser back with.

    Raises:
        Refusal: OPENID_AWAY (503); OPENID_REFUSED (403), it was not this browser that asked, the
            provider refused, or its token does not hold.
    """
    if not compare_digest(begun.state.encode(), given.get("state", "").encode()):
        raise _refused("state")
    found = _discovered(provider)
    sender = given.get(
        "iss"
    )  # RFC 9207: another provider's answer must not be taken for this one's
    if sender != provider.issuer and (
        sender or found.get("authorization_response_iss_parameter_supported")
    ):
        raise _refused("iss of the answer")
    if "error" in given or not given.get("code"):
        raise _refused("the provider's error")
    token = _exchanged(provider, found, begun, given["code"])
    return _name(provider, _claims(provider, found, token, begun, now))


def _discovered(provider: Provider) -> Mapping[str, Any]:
    place = f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration"
    found = _asked("GET", place)
    if found.get("issuer") != provider.issuer:
        raise _away("it calls itself another issuer")
    return found


def _endpoint(provider: Provider, found: Mapping[str, Any], name: str) -> str:
    """An address of the provider: over TLS, unless the provider is on this machine."""
    place = str(found.get(name, ""))
    parts, local = urlsplit(place), urlsplit(provider.issuer).hostname in _LOOPBACK
    if parts.scheme != "https" and not (local and parts.hostname in _LOOPBACK):
        raise _away(f"{name} is no https address")
    return place


def _exchanged(provider: Provider, found: Mapping[str, Any], begun: Begun, code: str) -> str:
    """The id token for a code, which can be exchanged once."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": provider.back,
        "client_id": provider.client,
        "code_verifier": begun.verifier,
    }
    headers = {}
    if provider.secret:  # RFC 6749, 2.3.1: both parts are form-encoded before they are joined
        pair = f"{quote(provider.client, safe='')}:{quote(provider.secret, safe='')}"
        headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    answer = _asked(
        "POST", _endpoint(provider, found, "token_endpoint"), data=form, headers=headers
    )
    return str(answer.get("id_token", ""))


def _claims(
    provider: Provider, found: Mapping[str, Any], token: str, begun: Begun, now: datetime
) -> Mapping[str, Any]:
    keys = _asked("GET", _endpoint(provider, found, "jwks_uri"))
    expected = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": provider.client},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": begun.nonce},
    )
    try:
        known = KeySet.import_key_set({"keys": keys["keys"]})
        claims = jwt.decode(token, known, algorithms=ALGORITHMS).claims
        expected.validate(claims)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise _refused(type(error).__name__) from None
    if claims.get("azp", provider.client) != provider.client:
        raise _refused("azp")
    return claims


def _name(provider: Provider, claims: Mapping[str, Any]) -> str:
    name = claims.get(provider.claim)
    if not isinstance(name, str) or not name:
        raise _refused(f"no {provider.claim} in the token")
    return name.strip().lower()


def _asked(method: str, place: str, **given: Any) -> Mapping[str, Any]:
    """What the provider answers, a JSON object."""
    try:
        answer = httpx.request(method, place, timeout=SECONDS, follow_redirects=False, **given)
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise _away(f"status {answer.status_code}")
        content = answer.json() if answer.is_success else None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise _away(type(error).__name__) from None
    if not isinstance(content, dict):
        raise _refused(f"status {answer.status_code}")
    return content


def _away(reason: str) -> Refusal:
    log.warning("the provider of sign-ins gives no usable answer: %s", reason)
    return Refusal("OPENID_AWAY")


def _refused(reason: str) -> Refusal:
    log.warning("sign-in at the provider refused: %s", reason)
    return Refusal("OPENID_REFUSED")
