"""The metrics of kept exporters that rules and dashboards may name."""

KNOWN = {
    "postgres": {
        "pg_up",
        "pg_database_size_bytes",
        "pg_settings_max_connections",
        "pg_stat_activity_count",
        "pg_stat_activity_max_tx_duration",
        "pg_stat_database_blks_hit",
        "pg_stat_database_blks_read",
        "pg_stat_database_deadlocks",
        "pg_stat_database_xact_commit",
        "pg_stat_database_xact_rollback",
    },
    "node": {
        "node_cpu_seconds_total",
        "node_disk_io_time_seconds_total",
        "node_filesystem_avail_bytes",
        "node_filesystem_size_bytes",
        "node_load1",
        "node_memory_MemAvailable_bytes",
        "node_memory_MemTotal_bytes",
    },
    "kafka": {
        "kafka_brokers",
        "kafka_topic_partition_current_offset",
        "kafka_topic_partition_oldest_offset",
        "kafka_topic_partition_under_replicated_partition",
        "kafka_consumergroup_lag",
    },
    "prometheus": {
        "up",
        "process_max_fds",
        "process_open_fds",
        "process_resident_memory_bytes",
        "process_start_time_seconds",
        "prometheus_notifications_alertmanagers_discovered",
        "prometheus_notifications_dropped_total",
    },
    "alertmanager": {"alertmanager_notifications_failed_total"},
}
"""By scrape job; those of `postgres` are looked up on a real exporter, those of `kafka` are its documentation's."""
