"""Check only: proof of origin, envelope, schema, key, regions, days; no database."""

import gc
import time
from collections.abc import Sequence
from functools import partial

from services.monitoring import CARD
from shared import clock
from shared.wire.batch_check import check_batch
from shared.wire.signatures import Trust
from shared.wire.verification import Refused, StoredRecord

SLICE = 2_000
"""Events at a time, as a consumer takes them; what was checked is let go."""


def check_seconds(records: Sequence[StoredRecord], trust: Trust) -> float:
    """Processor seconds to check all of them, as monitoring's consumer does.

    Raises:
        Refused: one of them is not right.
    """
    topics = {topic.name: topic for topic in CARD.listens_to}
    check_some = partial(check_batch, trust=trust, topics=topics, structs=True)
    gc.collect()
    gc.freeze()  # the corpus itself, as a service freezes what it was built of
    try:
        began = time.process_time()
        for start in range(0, len(records), SLICE):
            for checked in check_some(records[start : start + SLICE], now=clock.now()):
                if isinstance(checked, Refused):
                    raise checked
        return time.process_time() - began
    finally:
        gc.unfreeze()
