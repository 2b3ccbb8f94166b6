"""Authorise callers: `require(scope)` returns the grant of the bearer token, or refuses."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from shared.errors import Refusal
from shared.security.tokens import Grant, TokenBook

_bearer = HTTPBearer(auto_error=False, description="Opaque token, see `lintas tokens --help`")


def require(scope: str, *, own: bool = False) -> Callable[..., Awaitable[Grant]]:
    """A dependency: the caller's grant. `own`: the endpoint itself keeps a person to the own work.

    Raises:
        Refusal: 401 TOKEN_REQUIRED or TOKEN_INVALID (unknown and expired look alike),
            403 SCOPE_FORBIDDEN when the token lacks the scope, 403 OFFICE_ONLY when it is for one
            person's own work and the endpoint is not.
    """

    async def grant(
        request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
    ) -> Grant:
        if given is None:
            raise Refusal("TOKEN_REQUIRED", "Authorization")
        book: TokenBook = request.app.state.tokens
        found = book.find(given.credentials, request.app.state.clock())
        if found is None:
            raise Refusal("TOKEN_INVALID", "Authorization")
        request.state.client, request.state.grant = found.name, found
        if not found.allows(scope):
            raise Refusal("SCOPE_FORBIDDEN", "Authorization", scope=scope)
        if not (own or found.for_office):
            raise Refusal("OFFICE_ONLY", "Authorization")
        return found

    return grant
