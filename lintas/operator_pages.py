"""Pages for operators that are made from the code: every metric, every setting with its default."""

from collections.abc import Iterator
from pathlib import Path

from pydantic_core import PydanticUndefined

from lintas.marked import replace_between
from lintas.registry import SERVICES, settings_of
from shared.observability.metrics import METRICS
from shared.settings import OTHER_NAMES, OWN_FIELDS, PREFIX, ServiceSettings

CLASSES: tuple[type[ServiceSettings], ...] = tuple(map(settings_of, SERVICES))
BEGIN, END = "<!-- settings: made by `make schemas` -->", "<!-- settings end -->"
_METRICS_HEAD = """<!-- Made by `make schemas`; do not edit. -->

# Metrics

Every process of every service serves these at `/metrics` on a port of its own, 100 above the API's unless
`LINTAS_<SERVICE>_METRICS_PORT` says otherwise; the API's port does not have them. What is in the tables
(outbox, inbox, watermark, quarantine, invariants) is measured by each process of the service, every second:
take the highest, never the sum. No label names a person, facilitator, cooperative or village. Alerts:
[watch.md](operate/watch.md#alerts).

| metric | kind | labels | meaning |
|---|---|---|---|
"""


def metrics_page() -> str:
    """`docs/metrics.md`."""
    rows = (
        f"| `{one.name}` | {one.kind} | {', '.join(f'`{label}`' for label in one.labels)} "
        f"| {one.text} |\n"
        for one in METRICS
    )
    return _METRICS_HEAD + "".join(rows)


def with_settings(page: Path) -> str:
    """The page with its table of settings as the code has them now; the rest stays as written.

    Raises:
        ValueError: the page has no markers.
    """
    return replace_between(page.read_text(), f"{BEGIN}\n", END, settings_table())


def settings_table() -> str:
    """Every setting, its default and its meaning."""
    head = "| setting | default | meaning |\n|---|---|---|\n"
    return head + "".join(_rows()) + "".join(_other_rows())


def _rows() -> Iterator[str]:
    fields = {name: None for one in CLASSES for name in one.model_fields}
    for field in fields:
        having = [one for one in CLASSES if field in one.model_fields]
        defaults = {_default(one, field) for one in having}
        if len(having) == len(CLASSES) and len(defaults) == 1:
            yield _row(_common_names(field), defaults.pop(), having[0], field)
            continue
        for one in having:
            name = f"`{PREFIX}{one.service}_{field}`".upper()
            yield _row(name, _default(one, field), one, field)


def _row(names: str, default: str, of: type[ServiceSettings], field: str) -> str:
    meaning = of.model_fields[field].description or ServiceSettings.model_fields[field].description
    return f"| {names} | {default} | {meaning} |\n"


def _common_names(field: str) -> str:
    own = f"`{PREFIX}<SERVICE>_{field}`".upper()
    return (
        own
        if field in OWN_FIELDS
        else f"`{PREFIX}{field}` or {own}".upper().replace(" OR ", " or ")
    )


def _default(of: type[ServiceSettings], field: str) -> str:
    default = of.model_fields[field].default
    if default is PydanticUndefined:
        return "none, must be given"
    if default is None:
        return "unset"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def _other_rows() -> Iterator[str]:
    for name, (default, meaning) in OTHER_NAMES.items():
        yield f"| `{name}` | {default} | {meaning} |\n"
