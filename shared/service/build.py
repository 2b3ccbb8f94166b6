"""Build a service's parts from its card, settings and routers.

A service's `app.build` adds what is its own:

    def build(settings: CooperativeSettings) -> Parts:
        return build_parts(CARD, settings, SUBSCRIPTION, with_keys(routers), title="Lintas: cooperatives")
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from fastapi import APIRouter, FastAPI
from sqlalchemy import Engine

from shared import clock
from shared.application.context import Keys
from shared.database.engine import open_engine
from shared.desk.desk import Desk, mount
from shared.desk.host import Host
from shared.desk.openid import Provider
from shared.desk.worker import DraftWorker
from shared.http.app import create_api
from shared.inbox.consumer import Consumer, Subscription
from shared.inbox.replay import Replay
from shared.kafka.clients import open_producer
from shared.kafka.settings import KafkaSettings, kafka_of
from shared.observability import metrics
from shared.observability.health import Health
from shared.observability.watched import Watched
from shared.observability.workers import Worker
from shared.outbox.relay import Relay
from shared.recovery.own_topic import OwnTopic
from shared.security.encryption import ColumnCipher
from shared.security.identity import Pseudonymiser
from shared.security.keys import (
    load_cipher,
    load_client_secret,
    load_pseudonymiser,
    load_signer,
    load_trust,
)
from shared.security.tokens import TokenBook
from shared.service.card import Card
from shared.service.health_checks import service_health
from shared.service.invariants import SHARED, Invariant
from shared.service.run import Parts
from shared.settings import ServiceSettings, SettingsError, setting_name
from shared.wire.signatures import Signer, Trust


@dataclass(frozen=True)
class Opened:
    """What a service's routers may need: its database and its keys."""

    settings: ServiceSettings
    engine: Engine
    signer: Signer
    cipher: ColumnCipher
    trust: Trust

    @property
    def pseudonymiser(self) -> Pseudonymiser:
        """The pseudonymiser, loaded on demand because not every service has its key.

        Raises:
            WeakKey: the key is missing or must not be used.
        """
        return load_pseudonymiser(self.settings.keys)

    @property
    def keys(self) -> Keys:
        """What the use cases need; raises as `pseudonymiser`."""
        return Keys(self.pseudonymiser, self.cipher)


Routers = Callable[[Opened], Iterable[APIRouter]]


def with_keys(routers: Callable[[Keys], Iterable[APIRouter]]) -> Routers:
    """The routers of a service whose use cases need nothing but keys."""
    return lambda opened: routers(opened.keys)


def build_parts(
    card: Card,
    settings: ServiceSettings,
    subscription: Subscription,
    routers: Routers,
    *,
    title: str,
    invariants: Mapping[str, Invariant] = SHARED,
    desk: Desk | None = None,
) -> Parts:
    """Return the service's parts; nothing is connected or running yet.

    Raises:
        WeakKey: a key is missing or must not be used.
        SettingsError: settings that this service needs together are not all given.
    """
    opened = _open(card, settings)
    engine, trust, kafka = opened.engine, opened.trust, kafka_of(settings)
    health = service_health(engine, settings.kafka)
    consumer = Consumer(
        engine, kafka, subscription, trust=trust, cipher=opened.cipher, **settings.consumer_options
    )
    provider = _provider(settings) if desk is not None else None
    subscribed = {topic.name: topic for topic in subscription.topics}
    return Parts(
        service=card.name,
        settings=settings,
        engine=engine,
        make_api=partial(_api, title, opened, health, routers, provider, card, desk),
        health=health,
        relay=Watched("relay", _relay(card, opened, kafka), health),
        consumer=Watched("consumer", consumer, health),
        topics=(card.topic,),
        title=title,
        invariants=invariants,
        make_desk=partial(_desk_worker, card, opened, health, desk),
        replay=Replay(trust, subscribed, subscription.apply, opened.cipher),
    )


def _api(
    title: str, opened: Opened, health: Health, routers: Routers, provider: Provider | None,
    card: Card, desk: Desk | None,
) -> FastAPI:  # fmt: skip
    settings = opened.settings
    tokens = TokenBook(settings.tokens)
    metrics.TOKEN_ENDS.set_function(lambda: tokens.first_end(clock.now()))
    api = create_api(title, opened.engine, tokens, health, day_first=settings.day_first)
    for router in routers(opened):
        api.include_router(router)
    if desk is not None:
        mount(api, _host(card, opened, provider), desk)
    return api


def _host(card: Card, opened: Opened, provider: Provider | None) -> Host:
    settings = opened.settings
    own = settings.proxy_in_front, provider, settings.desk_draft_days, settings.day_first
    return Host(card.name, card.agency, card.origin, opened.keys, *own)


def _desk_worker(card: Card, opened: Opened, health: Health, desk: Desk | None) -> Worker | None:
    """The worker of the desk's drafts, of a service that has lists there."""
    if desk is None or not desk.lists:
        return None
    host, replica = _host(card, opened, None), opened.settings.replica
    return Watched("drafts", DraftWorker(opened.engine, host, desk.lists, replica), health)


def _provider(settings: ServiceSettings) -> Provider | None:
    """Whose accounts may sign in besides the desk's own passphrases.

    Raises:
        SettingsError: there is such a provider, and nothing says where it sends people back to.
    """
    if not settings.openid_issuer:
        return None
    if not settings.desk_url:
        name = setting_name(settings.service, "desk_url")
        raise SettingsError(f"{name}: missing; LINTAS_OPENID_ISSUER needs the desk's own address")
    file = settings.openid_secret_file
    return Provider(
        settings.openid_issuer,
        settings.openid_client,
        settings.desk_url,
        load_client_secret(file) if file else "",
        settings.openid_claim,
    )


def _open(card: Card, settings: ServiceSettings) -> Opened:
    return Opened(
        settings=settings,
        engine=open_engine(settings.database),
        signer=load_signer(settings.keys, card.name),
        cipher=load_cipher(settings.keys, card.name),
        trust=load_trust(settings.keys),
    )


def _relay(card: Card, opened: Opened, kafka: KafkaSettings) -> Relay:
    published = OwnTopic(kafka, card.topic, opened.trust).highest
    return Relay(
        opened.engine,
        opened.signer,
        lambda: open_producer(kafka, [card.topic]),
        published=published,
    )
