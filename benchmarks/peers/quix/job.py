"""Cells of Lintas' events on Quix Streams, exactly once: see benchmarks/peers/README.md.

It runs in an environment of its own and imports nothing of Lintas.
"""

import sys
from typing import Any

from quixstreams import Application  # type: ignore[import-not-found]  # in its own environment

INPUTS = ("lintas.beneficiary.v1", "lintas.cooperative.v1", "lintas.training.v1")
COMES = {
    "id.lintas.family.enrolled.v1": "families",
    "id.lintas.membership.activated.v1": "members",
}
LEAVES = {
    "id.lintas.family.exited.v1": "families",
    "id.lintas.graduation.approved.v1": "families",
    "id.lintas.membership.lapsed.v1": "members",
    "id.lintas.membership.resigned.v1": "members",
}
ATTENDED = "id.lintas.session.attended.v1"
KECAMATAN, MONTH = len("35.13.01"), len("2026-01")


def change(event: dict[str, Any], state: Any) -> str:
    """One event to one change of a cell; what the subject's later events need is in the state."""
    kind, month = event["type"], event["time"][:MONTH]
    if what := COMES.get(kind):
        kecamatan = event["data"]["region"][:KECAMATAN]
        state.set(what, kecamatan)
        return f"1 {what}|{kecamatan}|{month}"
    if what := LEAVES.get(kind):
        return f"-1 {what}|{state.get(what)}|{month}"
    if kind == ATTENDED:
        times = state.get("attended", 0) + 1
        state.set("attended", times)
        return f"1 attended|{times}|{month}"
    return f"1 {kind}|{month}"


def main(bootstrap: str, group: str, output: str, directory: str, _workers: str) -> None:
    """Run until it is ended."""
    app = Application(
        bootstrap, consumer_group=group, state_dir=directory, auto_offset_reset="earliest",
        commit_interval=1.0, processing_guarantee="exactly-once",
        consumer_extra_config={"isolation.level": "read_committed"}, loglevel="WARNING",
    )  # fmt: skip
    deltas = app.topic(output, value_serializer="str", key_serializer="str")
    for name in INPUTS:
        events = app.dataframe(app.topic(name, key_deserializer="str"))
        events.apply(change, stateful=True).to_topic(deltas, key=lambda one: one.partition(" ")[2])
    app.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
