"""Every metric, declared once; `docs/metrics.md` is generated from `METRICS`.

No label identifies a person, facilitator, cooperative or village. A process is one service, so only
HTTP metrics name the service; `source` is the URN of a publisher. What several processes of one
service measure in the same tables is the same figure: take the highest, never the sum.
"""

from dataclasses import dataclass

from prometheus_client import Counter, Gauge, Histogram


@dataclass(frozen=True)
class Described:
    """A metric as a reader sees it."""

    name: str
    kind: str
    text: str
    labels: tuple[str, ...] = ()


METRICS: list[Described] = []
"""All metrics of this file, in its order."""


def _counter(name: str, text: str, *labels: str) -> Counter:
    METRICS.append(Described(name, "counter", text, labels))
    return Counter(name, text, labels)


def _gauge(name: str, text: str, *labels: str) -> Gauge:
    METRICS.append(Described(name, "gauge", text, labels))
    return Gauge(name, text, labels)


def _seconds(name: str, text: str, *labels: str, buckets: tuple[float, ...]) -> Histogram:
    METRICS.append(Described(name, "histogram", text, labels))
    return Histogram(name, text, labels, buckets=buckets)


OUTBOX_DEPTH = _gauge(
    "lintas_outbox_depth_events", "Events accepted and not yet acknowledged by the broker"
)
OUTBOX_OLDEST_AGE = _gauge(
    "lintas_outbox_oldest_age_seconds", "Age of the oldest event not yet acknowledged; 0: none"
)
OUTBOX_ACKNOWLEDGED = _gauge(
    "lintas_outbox_acknowledged_events",
    "The broker has acknowledged all events of this source up to this sequence",
    "source",
)
RELAY_SENT = _counter("lintas_relay_sent_events_total", "Events acknowledged by the broker")
RELAY_FAILED = _counter(
    "lintas_relay_failed_events_total",
    "Events that the broker did not acknowledge at this attempt",
    "reason",
)
RELAY_BATCH = _seconds(
    "lintas_relay_batch_seconds",
    "Time in which the broker acknowledged a batch, or failed to",
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0, 120.0),
)
RELAY_ACTIVE = _gauge("lintas_relay_active_state", "1 while this process holds the relay's lease")

EVENTS_APPLIED = _counter("lintas_inbox_applied_events_total", "Events applied", "source")
EVENTS_DUPLICATE = _counter(
    "lintas_inbox_duplicate_events_total", "Events seen before and passed over", "source"
)
INBOX_HIGHEST = _gauge(
    "lintas_inbox_highest_events", "Highest sequence received from this source; 0: none", "source"
)
SOURCE_RECORDED = _gauge(
    "lintas_source_recorded_timestamp_seconds",
    "When this source recorded the youngest event received from it, at the latest when it was received,"
    " Unix time; 0: never",
    "source",
)
QUARANTINED = _counter("lintas_quarantine_records_total", "Records put into quarantine", "reason")
QUARANTINE_OPEN = _gauge(
    "lintas_quarantine_open_records", "Records in quarantine, neither replayed nor rejected"
)
QUARANTINE_WAITING = _gauge(
    "lintas_quarantine_waiting_records",
    "The same by the owner of the topic and the reason, such as SEQUENCE_REUSED",
    "source",
    "reason",
)
QUARANTINE_EMPTY = _gauge(
    "lintas_quarantine_empty_records",
    "Waiting records whose contents are not kept, by owner of the topic and cause: IDENTITY or SPACE",
    "source",
    "reason",
)
QUARANTINE_STORED = _gauge(
    "lintas_quarantine_stored_bytes",
    "Contents in quarantine; beyond LINTAS_QUARANTINE_BYTES only place and digest are kept",
)
QUARANTINE_WITHHELD = _counter(
    "lintas_quarantine_withheld_records_total",
    "Records put into quarantine without their contents, by cause: IDENTITY or SPACE",
    "reason",
)
IDENTITY_SUSPECTED = _counter(
    "lintas_identity_suspected_records_total",
    "Records received, or events refused before they were sent, that may hold an identity number",
    "source",
)
QUARANTINE_OLDEST_AGE = _gauge(
    "lintas_quarantine_oldest_age_seconds", "Age of the oldest open quarantined record; 0: none"
)

CONSUMER_LAG = _gauge(
    "lintas_consumer_lag_events",
    "Events in this process's partitions of the log and not yet applied",
    "topic",
)
CONSUMER_LAG_SECONDS = _gauge(
    "lintas_consumer_lag_seconds", "How long the newest applied event had waited", "topic"
)
CONSUMER_DELAY = _seconds(
    "lintas_consumer_delay_seconds",
    "From the recording of an event to its being applied: the newest event of each topic in each batch",
    "topic",
    buckets=(0.1, 0.5, 1.0, 2.0, 5.0, 15.0, 60.0, 120.0, 600.0, 3600.0, 86400.0),
)
CONSUMER_BATCH = _seconds(
    "lintas_consumer_batch_seconds",
    "Time of the transaction that applies a batch",
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0),
)
CONSUMER_PAUSED = _gauge(
    "lintas_consumer_paused_partitions",
    "Partitions not read because events are gone from the broker",
)
CONSUMER_UNREADABLE = _gauge(
    "lintas_consumer_unreadable_partitions",
    "1 for each partition paused at a batch that cannot be read: reason codec, checksum, size or "
    "format; its offset is in the log and in /health/ready",
    "topic",
    "partition",
    "reason",
)
CONSUMER_STALLED = _gauge(
    "lintas_consumer_stalled_partitions",
    "1 for each partition in which records wait and nothing has been applied for 30 s",
    "topic",
    "partition",
)
CONSUMER_RETRIES = _counter(
    "lintas_consumer_retries_total", "Batches tried again after a failure that may pass", "reason"
)
WATERMARK = _gauge(
    "lintas_watermark_complete_events",
    "The source is complete up to this sequence; 0: nothing received",
    "source",
)
WATERMARK_MOVED = _gauge(
    "lintas_watermark_moved_timestamp_seconds",
    "When this source's watermark moved last, Unix time; 0: never",
    "source",
)
SEQUENCE_GAPS = _gauge(
    "lintas_sequence_gap_events", "Sequence numbers missing below the highest seen", "source"
)

LOG_FILES = _gauge("lintas_log_data_files", "Data files of the log in columns that count", "type")
LOG_STORED = _gauge("lintas_log_stored_events", "Rows in the data files that count", "type")
LOG_BYTES = _gauge("lintas_log_stored_bytes", "Disk that the data files take that count", "type")
LOG_REPLACED = _gauge(
    "lintas_log_replaced_bytes",
    "Disk of replaced data files, which stay for six hours because a query may still read them",
)
LOG_RECENT = _gauge(
    "lintas_log_recent_events",
    "Events that are rows of the database and in no data file yet",
    "type",
)

INVARIANT_BROKEN = _gauge(
    "lintas_invariant_broken_cases",
    "Cases in which something that must always hold does not; 0: it holds",
    "invariant",
)
RELEASE_WAITING = _gauge(
    "lintas_release_waiting_state",
    "1 while this process cannot make the release of a cut: gives_away (the audit refuses it), "
    "definitions (other ones than this version has), fault (database, disk or engine)",
    "reason",
)
RELEASE_OVERDUE = _gauge(
    "lintas_release_overdue_seconds",
    "How long a release has been due: since the day that the calendar names, or since its cut was taken; "
    "0: none is due",
)
RELEASE_MAKING = _seconds(
    "lintas_release_making_seconds",
    "Time from the cut's log to its published release, in one process without a break",
    buckets=(1.0, 5.0, 30.0, 120.0, 600.0, 1800.0, 7200.0, 28800.0),
)
RELEASE_PUBLISHED = _gauge(
    "lintas_release_published_timestamp_seconds",
    "When the newest release was published, Unix time; 0: never",
)
PART_ACTIVE = _gauge(
    "lintas_part_active_state",
    "1 for each part that this process runs: api, relay, consumer or upkeep",
    "part",
)
TOKEN_ENDS = _gauge(
    "lintas_token_ends_timestamp_seconds",
    "When the first of the tokens that are still valid ends, Unix time; 0: none is valid",
)
MEASURED = _gauge(
    "lintas_measured_timestamp_seconds",
    "When this process last measured its tables, Unix time",
)
INVARIANTS_CHECKED = _gauge(
    "lintas_invariants_checked_timestamp_seconds",
    "When this process last checked the invariants, Unix time",
)

HTTP_REQUESTS = _counter(
    "lintas_http_requests_total",
    "Requests answered, by the template of their route; (none): no route",
    "service",
    "method",
    "route",
    "status_class",
)
HTTP_DURATION = _seconds(
    "lintas_http_request_duration_seconds",
    "Time from request to answer",
    "service",
    "method",
    "route",
    "status_class",
    buckets=(0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0),
)
HTTP_CUT = _counter(
    "lintas_http_cut_connections_total",
    "Connections cut: head (no request came in time), room (waited longest when there were too many)",
    "reason",
)
HTTP_BUSY = _counter(
    "lintas_http_busy_requests_total", "Requests answered 503 because too many were waiting"
)
IMPORT_ROWS = _counter("lintas_import_rows_total", "CSV rows by outcome", "outcome")


def status_class(status: int) -> str:
    """`2xx`, `4xx` ..., the only form in which a status becomes a label."""
    return f"{status // 100}xx"
