"""The outbox and the relay, beside a librdkafka producer that sends the same bytes from memory."""
