"""Records as they came: FastStream decodes nothing, so that one bad record cannot fail its batch."""

from typing import Any

from faststream.kafka.message import FAKE_CONSUMER, KafkaMessage


class RawCodec:
    """Hands a batch over as it came, so that one bad record cannot fail its neighbours."""

    async def decode(self, msg: Any) -> Any:
        """The record itself."""
        return msg.raw_message

    async def decode_batch(self, msg: Any) -> list[Any]:
        """The records themselves."""
        return list(msg.raw_message)

    async def encode(self, msg: Any, _serializer: Any = None) -> tuple[bytes, str | None]:
        """Only bytes are ever published."""
        return msg, None

    async def encode_batch(
        self, msgs: Any, _serializer: Any = None
    ) -> list[tuple[bytes, str | None]]:
        """Only bytes are ever published."""
        return [(msg, None) for msg in msgs]


async def parse_raw(records: tuple[Any, ...]) -> KafkaMessage:
    """FastStream's view of a batch, headers unread: a proof is not UTF-8 and may be null."""
    first = records[0]
    return KafkaMessage(
        body=b"",
        headers={},
        batch_headers=[],
        reply_to="",
        content_type=None,
        message_id=f"{first.topic}-{first.partition}-{first.offset}",
        correlation_id=None,
        raw_message=records,
        path={},
        consumer=FAKE_CONSUMER,
    )
