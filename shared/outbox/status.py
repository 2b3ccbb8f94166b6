"""What the relay logs for its operators: one line when its state changes, none while it lasts."""

import logging

from shared.database.faults import described

BEHIND = "recovery of what this database has forgotten (the command `recover`)"
"""What a relay waits for whose database is older than what is on the bus."""
log = logging.getLogger("lintas.relay")


class RelayStatus:
    """Logs once when something goes away, and once when it is back."""

    def __init__(self) -> None:
        self._away: dict[str, str] = {}
        self._standby = False

    def away(self, what: str, error: BaseException) -> None:
        """Log the first failure in a row, and the next one that has another reason."""
        reason = described(error)
        if self._away.get(what) != reason:
            self._away[what] = reason
            log.warning("waiting for the %s (%s); events stay in the outbox", what, reason)

    def behind(self, error: Exception) -> None:
        """The database is older than the bus; logged once, with what to do."""
        if BEHIND not in self._away:
            self._away[BEHIND] = BEHIND
            log.critical("%s", error)

    def caught_up(self) -> None:
        """The database knows all that is on the bus."""
        if BEHIND in self._away:
            del self._away[BEHIND]
            log.info("the database has recovered what it had forgotten")

    def back(self, what: str) -> None:
        """It works again."""
        if what in self._away:
            del self._away[what]
            log.info("the %s is back", what)

    @property
    def waits_for(self) -> list[str]:
        """What is away now."""
        return sorted(self._away)

    def standby(self, other: str) -> None:
        """Another relay is active; logged once."""
        for what in ("broker", BEHIND):  # it is the other's to find out
            self._away.pop(what, None)
        if not self._standby:
            self._standby = True
            log.info("relay %s is active; standing by", other)

    def active(self, owner: str, fence: int) -> None:
        """This relay is active."""
        self._standby = False
        log.info("relaying as %s, fence %d", owner, fence)
