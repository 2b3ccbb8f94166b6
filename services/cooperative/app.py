"""The only place where the cooperative service is put together; importing it opens nothing."""

from services.cooperative import CARD
from services.cooperative.api import routers
from services.cooperative.book import Desk
from services.cooperative.consumer import SUBSCRIPTION
from services.cooperative.settings import CooperativeSettings
from shared.database.engine import open_engine
from shared.http.app import create_api
from shared.inbox.consumer import Consumer
from shared.inbox.replay import Replay
from shared.kafka.clients import open_producer
from shared.kafka.settings import kafka_of
from shared.observability.watched import Watched
from shared.outbox.relay import Relay
from shared.recovery.own_topic import OwnLog
from shared.security.keys import load_cipher, load_pseudonymiser, load_signer, load_trust
from shared.security.tokens import TokenBook
from shared.service.health_checks import service_health
from shared.service.run import Parts


def build(settings: CooperativeSettings) -> Parts:
    """The service's parts; nothing is connected or running yet.

    Raises:
        WeakKey: a key is missing or must not be used.
    """
    engine = open_engine(settings.database)
    kafka = kafka_of(settings)
    cipher, trust = load_cipher(settings.keys, CARD.name), load_trust(settings.keys)
    health = service_health(engine, settings.kafka)
    signer = load_signer(settings.keys, CARD.name)
    published = OwnLog(kafka, CARD.topic, trust).highest
    relay = Relay(engine, signer, lambda: open_producer(kafka, [CARD.topic]), published=published)
    consumer = Consumer(
        engine, kafka, SUBSCRIPTION, trust=trust, cipher=cipher, **settings.consumer_options
    )
    api = create_api("Lintas: cooperatives", engine, TokenBook(settings.tokens), health)
    desk = Desk(load_pseudonymiser(settings.keys), cipher)
    for router in routers(desk):
        api.include_router(router)
    return Parts(
        service=CARD.name,
        settings=settings,
        engine=engine,
        api=api,
        health=health,
        relay=Watched("relay", relay, health),
        consumer=Watched("consumer", consumer, health),
        topics=(CARD.topic,),
        replay=Replay(trust, {t.name: t for t in SUBSCRIPTION.topics}, SUBSCRIPTION.apply, cipher),
    )
