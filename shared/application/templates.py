"""The template of a declared list: made from its row, its texts and its example, and served."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import ValidationError

from shared.application.lists import ListOf
from shared.csv.choices import choices_of, words_of
from shared.http.auth import require
from shared.http.problems import problem_responses
from shared.messages import phrase
from shared.security.tokens import Grant
from shared.sheets.template import Column, template
from shared.sheets.workbook import MEDIA_TYPE

_ANSWER: dict[str, Any] = {
    "description": "A workbook to fill in",
    "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
}
_FORMS = {"date": "day", "integer": "number", "boolean": "yes"}
"""How the words of a template call types."""


def template_of(one: ListOf[Any]) -> bytes:
    """The workbook that an office fills in."""
    return template(one.title.id, one.help.id, _columns(one))


def template_get(router: APIRouter, one: ListOf[Any]) -> None:
    """Serve the template of a list to whoever may send the list."""

    def endpoint(_grant: Annotated[Grant, Depends(require(one.scope))]) -> Response:
        named = f'attachment; filename="{one.name}.xlsx"'
        return Response(
            template_of(one), headers={"Content-Disposition": named}, media_type=MEDIA_TYPE
        )

    router.add_api_route(
        f"{one.path}/template.xlsx",
        endpoint,
        methods=["GET"],
        name=f"template_{one.name.replace('-', '_')}",
        description=f"A workbook to fill in: {one.title.en}.",
        response_class=Response,
        responses={200: _ANSWER, **problem_responses(400, 401, 403, 503)},
    )


def _columns(one: ListOf[Any]) -> list[Column]:
    codes, shapes = choices_of(one.row), one.row.model_json_schema()["properties"]
    found = []
    for name in one.columns:
        words = tuple(words_of(codes[name]).values()) if name in codes else ()
        kinds = _kinds(shapes[name])
        offered = ("ya",) if "boolean" in kinds else () if "array" in kinds else words
        found.append(
            Column(
                name,
                one.column(name).id,
                _form(words, kinds),
                required=not _may_be_empty(one, name),
                example=one.example[name],
                choices=offered,
            )
        )
    return found


def _form(words: tuple[str, ...], kinds: set[str]) -> str:
    if words:
        name = "several" if "array" in kinds else "choice"
        return phrase(f"list.form.{name}").of("id", words=", ".join(words))
    name = next((_FORMS[kind] for kind in _FORMS if kind in kinds), "text")
    return phrase(f"list.form.{name}").id


def _kinds(schema: dict[str, Any]) -> set[str]:
    """The types and formats that a column takes; what must be declared is not offered as a choice."""
    if "const" in schema:
        return set()
    kinds = {str(schema[key]) for key in ("type", "format") if key in schema}
    return kinds.union(*map(_kinds, schema.get("anyOf", ())))


def _may_be_empty(one: ListOf[Any], column: str) -> bool:
    """Whether the row takes the example without this cell."""
    try:
        one.row.model_validate({**one.example, column: ""})
    except ValidationError:
        return False
    return True
