"""An OpenID Connect provider of the tests' own: it knows one person and checks what a real one checks."""

from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import ECKey

from tests.kit.serving import serving

CLIENT, SECRET = "lintas", "rahasia klien + 1"


@dataclass
class FakeProvider:
    """What it says, which a test may spoil before a sign-in."""

    name: str = "siti"
    issuer: str = ""
    now: int = 0
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "one"}))
    signs_with: ECKey | None = None
    """Another key than the published one."""
    claims: dict[str, Any] = field(default_factory=dict)
    """Claims in place of the right ones; None leaves one out."""
    document: dict[str, Any] = field(default_factory=dict)
    """The same for the discovery document."""
    answer: dict[str, str] = field(default_factory=dict)
    """The same for what the browser brings back."""
    forged: str = ""
    """A token that is given out as it is."""
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    """Code -> what was asked for; a code is good once."""

    def discovery(self) -> dict[str, Any]:
        """The document at the well-known address."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        } | self.document

    def agree(self, request: Request) -> Response:
        """The person agrees at once."""
        given = dict(request.query_params)
        assert given["response_type"] == "code"
        assert given["code_challenge_method"] == "S256"
        code = f"code-{len(self.asked)}"
        self.asked[code] = given
        back = {"code": code, "state": given["state"], "iss": self.issuer} | self.answer
        return RedirectResponse(f"{given['redirect_uri']}?{urlencode(back)}", 303)

    async def token(self, request: Request) -> Response:
        """Exchange a code, once, for whoever has the secret and the verifier."""
        form = dict(parse_qsl((await request.body()).decode()))
        asked = self.asked.pop(form["code"], None)
        pair = b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
        known = [unquote(part) for part in pair.split(":")] == [CLIENT, SECRET]
        digest = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest())
        challenge = digest.rstrip(b"=").decode()
        fits = asked and (challenge, form["redirect_uri"]) == (
            asked["code_challenge"], asked["redirect_uri"],
        )  # fmt: skip
        if not known or not asked or not fits:
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse({"id_token": self._signed(asked["nonce"]), "token_type": "Bearer"})

    def right(self, nonce: str) -> dict[str, Any]:
        """The claims of a token that holds."""
        return {
            "iss": self.issuer, "aud": CLIENT, "sub": "7f3a", "nonce": nonce,
            "iat": self.now, "exp": self.now + 300, "preferred_username": self.name,
        }  # fmt: skip

    def _signed(self, nonce: str) -> str:
        given = self.right(nonce) | self.claims
        claims = {name: value for name, value in given.items() if value is not None}
        header = {"alg": "ES256", "kid": "one"}
        return self.forged or jwt.encode(header, claims, self.signs_with or self.key)


@contextmanager
def openid_provider(now: float) -> Iterator[FakeProvider]:
    """A provider that listens."""
    provider = FakeProvider(now=int(now))
    api = FastAPI()
    api.add_api_route("/.well-known/openid-configuration", provider.discovery)
    api.add_api_route("/authorize", provider.agree)
    api.add_api_route("/token", provider.token, methods=["POST"])
    api.add_api_route("/keys", lambda: {"keys": [provider.key.as_dict(private=False)]})
    with serving(api) as server:
        provider.issuer = server.url
        yield provider
