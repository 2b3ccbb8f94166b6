"""The only place where the monitoring service is put together; importing it opens nothing."""

from fastapi import FastAPI
from sqlalchemy import Engine

from services.monitoring import CARD, feeds, pages
from services.monitoring.api import routers
from services.monitoring.consumer import SUBSCRIPTION
from services.monitoring.indicators import INDICATORS
from services.monitoring.invariants import INVARIANTS
from services.monitoring.release.publish import Press
from services.monitoring.settings import MonitoringSettings
from shared.database.engine import open_engine
from shared.http.app import create_api
from shared.inbox.consumer import Consumer
from shared.inbox.replay import Replay
from shared.kafka.clients import open_producer
from shared.kafka.settings import kafka_of
from shared.observability.health import Health
from shared.observability.watched import Watched
from shared.outbox.relay import Relay
from shared.recovery.own_topic import OwnLog
from shared.regions import Regions
from shared.security.keys import load_cipher, load_signer, load_trust
from shared.security.tokens import TokenBook
from shared.service.health_checks import service_health
from shared.service.run import Parts
from shared.wire.signatures import Signer


def build(settings: MonitoringSettings) -> Parts:
    """The service's parts; nothing is connected or running yet.

    Raises:
        WeakKey: a key is missing or must not be used.
    """
    engine = open_engine(settings.database)
    kafka = kafka_of(settings)
    signer = load_signer(settings.keys, CARD.name)
    cipher, trust = load_cipher(settings.keys, CARD.name), load_trust(settings.keys)
    health = service_health(engine, settings.kafka)
    published = OwnLog(kafka, CARD.topic, trust).highest
    relay = Relay(engine, signer, lambda: open_producer(kafka, [CARD.topic]), published=published)
    consumer = Consumer(
        engine, kafka, SUBSCRIPTION, trust=trust, cipher=cipher, **settings.consumer_options
    )
    return Parts(
        service=CARD.name,
        settings=settings,
        engine=engine,
        api=_api(engine, settings, health, signer),
        health=health,
        relay=Watched("relay", relay, health),
        consumer=Watched("consumer", consumer, health),
        topics=(CARD.topic,),
        invariants=INVARIANTS,
        replay=Replay(trust, {t.name: t for t in SUBSCRIPTION.topics}, SUBSCRIPTION.apply, cipher),
    )


def _api(engine: Engine, settings: MonitoringSettings, health: Health, signer: Signer) -> FastAPI:
    api = create_api("Lintas: monitoring", engine, TokenBook(settings.tokens), health)
    definitions = {number: one.sha256 for number, one in INDICATORS.items()}
    regions = Regions.load()
    press = Press(regions, signer, definitions)
    for router in (*routers(press), feeds.router(engine), pages.router(engine, regions)):
        api.include_router(router)
    return api
