"""Prometheus metrics of the inbox."""

import logging
from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime

from prometheus_client import Gauge
from sqlalchemy import Connection

from shared.events.topics import Topic
from shared.inbox.quarantine import WithheldFor, count_by_kind, oldest, stored_bytes
from shared.inbox.receive import Receipt
from shared.inbox.seen import Reached, gaps, reached
from shared.observability import metrics

log = logging.getLogger("lintas.consumer")


def count(receipt: Receipt, topics: Mapping[str, Topic], now: datetime) -> None:
    """Count one batch; log which quarantined records were stored without contents."""
    for source, number in receipt.applied_by_source.items():
        metrics.EVENTS_APPLIED.labels(source).inc(number)
    for source, number in receipt.duplicates_by_source.items():
        metrics.EVENTS_DUPLICATE.labels(source).inc(number)
    for code, number in receipt.quarantined.items():
        metrics.QUARANTINED.labels(code).inc(number)
    for (topic, cause), number in receipt.withheld.items():
        log.error("%s: %d quarantined records without contents: %s", topic, number, cause)
        metrics.QUARANTINE_WITHHELD.labels(cause).inc(number)
        if cause == WithheldFor.IDENTITY:
            metrics.IDENTITY_SUSPECTED.labels(topics[topic].owner).inc(number)
    for topic, recorded in receipt.latest_recorded.items():
        delay = max(0.0, (now - recorded).total_seconds())
        metrics.CONSUMER_LAG_SECONDS.labels(topic).set(delay)
        metrics.CONSUMER_DELAY.labels(topic).observe(delay)


def gauge(connection: Connection, topics: Collection[Topic], now: datetime) -> None:
    """Set the gauges from the tables; a source that has sent nothing gets 0."""
    found = reached(connection)
    owners = {topic.name: topic.owner for topic in topics}
    for source in {*owners.values(), *found}:
        _gauge_source(source, found.get(source, Reached()), now)
        missing = sum(last - first + 1 for first, last in gaps(connection, source))
        metrics.SEQUENCE_GAPS.labels(source).set(missing)
    _gauge_quarantine(connection, owners)
    since = oldest(connection)
    metrics.QUARANTINE_OLDEST_AGE.set(max(0.0, (now - since).total_seconds()) if since else 0)


def _gauge_quarantine(connection: Connection, owners: Mapping[str, str]) -> None:
    waiting: Counter[tuple[str, str]] = Counter()
    without: Counter[tuple[str, str]] = Counter()
    for topic, code, withheld, number in count_by_kind(connection):
        owner = owners.get(topic, topic)
        waiting[owner, code] += number
        if withheld is not None:
            without[owner, withheld] += number
    metrics.QUARANTINE_OPEN.set(sum(waiting.values()))
    metrics.QUARANTINE_STORED.set(stored_bytes(connection))
    for key in _labels_of(metrics.QUARANTINE_WAITING) | waiting.keys():
        metrics.QUARANTINE_WAITING.labels(*key).set(waiting[key])
    for key in _labels_of(metrics.QUARANTINE_EMPTY) | without.keys():
        metrics.QUARANTINE_EMPTY.labels(*key).set(without[key])


def _labels_of(gauge: Gauge) -> set[tuple[str, str]]:
    """The existing series: one without rows must go to 0, or its alert stays."""
    samples = [one for metric in gauge.collect() for one in metric.samples]
    return {(one.labels["source"], one.labels["reason"]) for one in samples}


def _gauge_source(source: str, state: Reached, now: datetime) -> None:
    metrics.WATERMARK.labels(source).set(state.complete_up_to)
    metrics.INBOX_HIGHEST.labels(source).set(state.highest)
    metrics.WATERMARK_MOVED.labels(source).set(_unix(state.moved_at, now))
    metrics.SOURCE_RECORDED.labels(source).set(_unix(state.latest_recorded, now))


def _unix(moment: datetime | None, now: datetime) -> float:
    """Ignore a mark in the future: it would keep an alert silent until then."""
    return moment.timestamp() if moment and moment <= now else 0.0
