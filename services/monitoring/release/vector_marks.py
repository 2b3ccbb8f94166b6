"""What the public learns of a cut's vector: for each source a day, and a hash that auditors can open."""

import hashlib
import hmac
from collections.abc import Mapping
from secrets import token_hex

from duckdb import DuckDBPyConnection

from services.monitoring.figures.compute import prepare
from services.monitoring.figures.files import VIEWS, views_read
from services.monitoring.release.figures import canonical

_DAYS = """
select source, strftime(max((recorded + interval 7 hours)::date), '%Y-%m-%d')
from event group by source order by source
"""


def new_salt() -> str:
    """32 random bytes, as the event of a cut says them."""
    return token_hex(32)


def recorded_until(duck: DuckDBPyConnection) -> dict[str, str]:
    """Of each source the day in Jakarta on which it recorded the last event that the log has."""
    prepare(duck, {name: VIEWS[name] for name in (*views_read(VIEWS["event"]), "event")})
    return dict(duck.execute(_DAYS).fetchall())


def committed(vector: Mapping[str, int], salt: str) -> str:
    """A hash of a vector; without the salt nobody can try numbers until it fits."""
    body = canonical(dict(sorted(vector.items())))
    return hashlib.sha256(bytes.fromhex(salt) + body).hexdigest()


def opens(commitment: str, vector: Mapping[str, int], salt: str) -> bool:
    """Whether a hash is that of this vector with this salt."""
    return hmac.compare_digest(commitment, committed(vector, salt))
