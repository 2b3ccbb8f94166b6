"""Every metric, declared once. No label tells of a person, facilitator, cooperative or village.

A process is one service, so only HTTP metrics name the service; `source` is the URN of a publisher.
"""

from prometheus_client import Counter, Gauge, Histogram

OUTBOX_DEPTH = Gauge(
    "lintas_outbox_depth_events", "Events accepted and not yet acknowledged by the broker"
)
OUTBOX_OLDEST_AGE = Gauge(
    "lintas_outbox_oldest_age_seconds", "Age of the oldest event not yet acknowledged"
)
OUTBOX_SENT = Gauge(
    "lintas_outbox_sent_events", "Events acknowledged by the broker since the first one"
)
RELAY_SENT = Counter("lintas_relay_sent_events_total", "Events acknowledged by the broker")
RELAY_FAILED = Counter(
    "lintas_relay_failed_events_total",
    "Events that the broker did not acknowledge at this attempt",
    ["reason"],
)
RELAY_ACTIVE = Gauge("lintas_relay_active_state", "1 while this process holds the relay's lease")

EVENTS_APPLIED = Counter("lintas_inbox_applied_events_total", "Events applied", ["source"])
EVENTS_DUPLICATE = Counter(
    "lintas_inbox_duplicate_events_total", "Events seen before and passed over", ["source"]
)
QUARANTINED = Counter("lintas_quarantine_records_total", "Records put into quarantine", ["reason"])
QUARANTINE_OPEN = Gauge(
    "lintas_quarantine_open_records", "Records in quarantine, neither replayed nor rejected"
)
QUARANTINE_OLDEST_AGE = Gauge(
    "lintas_quarantine_oldest_age_seconds", "Age of the oldest open quarantined record"
)

CONSUMER_LAG = Gauge(
    "lintas_consumer_lag_events", "Events in the log and not yet applied", ["topic"]
)
CONSUMER_LAG_SECONDS = Gauge(
    "lintas_consumer_lag_seconds",
    "How long the newest applied event had waited in the log",
    ["topic"],
)
CONSUMER_PAUSED = Gauge(
    "lintas_consumer_paused_partitions",
    "Partitions not read because events are gone from the broker",
)
CONSUMER_RETRIES = Counter(
    "lintas_consumer_retries_total", "Batches tried again after a failure that may pass", ["reason"]
)
WATERMARK = Gauge(
    "lintas_watermark_complete_events", "The source is complete up to this sequence", ["source"]
)
WATERMARK_AGE = Gauge(
    "lintas_watermark_age_seconds", "Time since this source's watermark moved", ["source"]
)
SEQUENCE_GAPS = Gauge(
    "lintas_sequence_gap_events", "Sequence numbers missing below the highest seen", ["source"]
)

HTTP_REQUESTS = Counter(
    "lintas_http_requests_total", "Requests answered", ["service", "method", "status_class"]
)
HTTP_DURATION = Histogram(
    "lintas_http_request_duration_seconds",
    "Time from request to answer",
    ["service", "method", "status_class"],
    buckets=(0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0),
)
IMPORT_ROWS = Counter("lintas_import_rows_total", "CSV rows by outcome", ["outcome"])


def status_class(status: int) -> str:
    """`2xx`, `4xx` ..., the only form in which a status becomes a label."""
    return f"{status // 100}xx"
