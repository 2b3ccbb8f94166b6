"""The catalogue of messages is whole: what the code says is in it, in two languages and our words."""

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from string import Formatter

import pytest

from lintas.registry import SERVICES, lists_of
from services.monitoring.figures.definitions import DEFINITIONS
from services.monitoring.page.sections import PLANS
from services.monitoring.release.family import parts_of
from shared import messages
from shared.csv.choices import choices_of, name_of
from shared.errors import Refusal
from shared.events.training import ParticipantCategory
from shared.http.problems import PROBLEM_STATUSES
from shared.messages import Phrase, Text, catalogue, phrases

MODULES = sorted(
    path for room in ("shared", "services") for path in (messages.ROOT / room).rglob("*.py")
)
COMMANDS = sorted((messages.ROOT / "lintas").rglob("*.py"))
MONTHS = {f"{month:02}" for month in range(1, 13)}
"""Ends of names that come from a date."""
SPOKEN = {"Refusal": "", "bad_row": ".row", "bad_file": ".row", "notice": ".row", "problem": ".row"}
"""Calls that name a message, and the case that each adds to the code; Refusal has the name first."""
FAMILIES = ("NIK_", "NUMBER_")
"""Codes that are put together from a kind of number and a kind of damage."""
SHOWN = {
    "all", "closed", "code", "column", "count", "day", "earliest", "example", "expected", "fault", "first",
    "found", "got", "header", "last", "latest", "length", "level", "limit", "lines", "most", "offset",
    "pace", "place", "region", "remedy", "scope", "shape", "since", "sources", "until", "zeros",
    "known", "columns", "others", "rows", "size", "taken", "reasons"}  # fmt: skip
"""Values that a message may show: places, bounds, forms and names of ours, nothing of a person."""
WORDS = {
    r"\b(ke)?lulus(an)?\b": "graduasi",
    r"\bdisembunyikan\b|\btersembunyi\b": "dirahasiakan",
    r"\bbidang\b": "isian or kolom",
    r"\bkepala\b": "header",
    r"\btidak diketahui\b": "belum diketahui",
    r"\bkohort?\b": "bulan bergabung or bulan rujukan",
    r"(\d|\}|enam|antara) angka\b|\bangka (NIK|akhir|ke-|0|tetap|pertama)": "digit",
}
"""Indonesian words that have another word here: one word for one thing."""
MARKS = {
    r"\s%": "18% without a space",
    r"(?<![\w-])(\d+|\})-(\d+(?![\w-])|\{)": "an en dash in ranges",
    r"/ ": "no slash between sentences: it parts the languages",
}

Call = tuple[str, str, ast.Call]


def calls() -> Iterator[Call]:
    """Each call that names a message: where, the whole name, the call."""
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            speaker = node.func.id if isinstance(node.func, ast.Name) else ""
            for argument in node.args if speaker in SPOKEN else ():
                if isinstance(argument, ast.Constant) and str(argument.value)[:1].isupper():
                    name = str(argument.value)
                    if name.partition(".")[0].isupper():
                        yield str(path), name + SPOKEN[speaker], node
                        break


def constants(modules: Sequence[Path] = MODULES) -> set[str]:
    """Every text in the code."""
    return {
        node.value
        for path in modules
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def placeholders(text: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def offenders(wrong: Callable[[Text], object]) -> list[str]:
    """The names of the messages about which this is true."""
    return [name for name, message in catalogue().items() if wrong(message)]


def strange(wrong: Callable[[Phrase], object]) -> list[str]:
    """The names of the phrases about which this is true."""
    return [name for name, one in phrases().items() if wrong(one)]


def templates() -> list[str]:
    """What the templates of the page and of the desk ask for, with the beginning that each adds."""
    return [
        before + name
        for folder, before in (("services", "page."), ("shared", "desk."))
        for page in (messages.ROOT / folder).glob("*/templates/*.html")
        for name in re.findall(r"\bt\('([^']*)'", page.read_text())
    ]


def spoken() -> set[str]:
    """Names of phrases, whole or in parts: texts and numbers of the code, and of the templates."""
    numbers = {str(status) for status in PROBLEM_STATUSES}
    return constants([*MODULES, *COMMANDS]) | numbers | set(templates()) | sections() | listed()


def sections() -> set[str]:
    """What the sections of the page name, as data: themselves, figures, bands, units."""
    found: set[str] = set()
    for plan in PLANS:
        found |= {plan.name, plan.periods, *plan.figures}
        for figure in plan.figures:
            indicator, _, measure = figure.partition(".")
            part = parts_of(DEFINITIONS[indicator])[0][measure]
            found |= {part.unit, *part.bands}
    return found


def listed() -> set[str]:
    """What the declared lists ask for: title and help, and the words of their columns."""
    lists = [one for service in SERVICES for one in lists_of(service)]
    own = {f"list.{one.name}.{part}" for one in lists for part in ("title", "help", *one.columns)}
    kinds = {kind for one in lists for kind in choices_of(one.row).values()} | {ParticipantCategory}
    codes = {name_of(code) for kind in kinds for code in kind}
    return own | codes | {f"list.column.{column}" for one in lists for column in one.columns}


def is_spoken(name: str, said: set[str]) -> bool:
    """Whether the code names it, or puts it together from the beginning and an end that it names."""
    dots = [place + 1 for place, mark in enumerate(name) if mark == "."]
    return name in said or any(
        name[:dot] in said and (name[dot:] in MONTHS or is_spoken(name[dot:], said)) for dot in dots
    )


def test_every_message_that_the_code_names_is_in_the_catalogue() -> None:
    """What a rule refuses has words."""
    named = [(path, name) for path, name, _ in calls()]
    assert len(named) > 100
    assert [pair for pair in named if pair[1] not in catalogue()] == []


def test_every_message_of_the_catalogue_is_named_in_the_code() -> None:
    """No words are left over for what nothing refuses."""
    said = constants()
    built = {family + part for family in FAMILIES for part in said}
    known = said | built
    assert [
        name
        for name in catalogue()
        if name not in known and name.removesuffix(".row").removesuffix(".field") not in known
    ] == []


def test_every_message_has_reason_and_remedy_in_both_languages() -> None:
    """Nobody reads half of it."""
    assert offenders(lambda m: not all(part.strip() for part in m[:4])) == []
    assert offenders(lambda m: m.id == m.en or m.status not in range(400, 600)) == []


def test_both_languages_show_the_same_values() -> None:
    """`{found_en}` is how the English calls `{found}`."""

    def differs(message: Text) -> bool:
        english = [{n.removesuffix("_en") for n in placeholders(t)} for t in message[1:4:2]]
        return english != [placeholders(message.id), placeholders(message.remedy_id)]

    assert offenders(differs) == []


def test_every_phrase_is_spoken_and_has_words_in_both_languages() -> None:
    """Neither left over nor half; what the English shows the Indonesian shows too, or the reverse."""
    said = spoken()
    assert len(phrases()) > 100
    assert [name for name in phrases() if not is_spoken(name, said)] == []
    assert strange(lambda p: not p.id.strip() or not p.en.strip()) == []
    shown = {name: (placeholders(one.id), placeholders(one.en)) for name, one in phrases().items()}
    assert [
        n for n, (first, second) in shown.items() if not (first <= second or second <= first)
    ] == []


def test_every_phrase_that_a_template_asks_for_is_in_the_catalogue() -> None:
    """A missing one would be an error in front of a reader."""
    assert len(templates()) > 30
    assert [name for name in templates() if name not in phrases() and not name.endswith(".")] == []


def test_no_text_in_two_languages_lies_in_the_code() -> None:
    """Neither beside a rule nor in a command; a docstring is no text for users."""
    found = {
        node.value
        for path in (*MODULES, *COMMANDS)
        if "indicators" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        and re.search(r"\w / \w", node.value) and "\n" not in node.value and not node.value.endswith(".")
    }  # fmt: skip
    assert found == {"Excel xlsx / zip", "HTML / XML", "stage / process"}


def test_no_message_shows_a_personal_value() -> None:
    """A placeholder is added to the list here, where somebody sees it."""
    used = {
        n.removesuffix("_en") for m in catalogue().values() for t in m[:4] for n in placeholders(t)
    }
    assert used == SHOWN


def test_a_refusal_is_given_the_values_that_its_message_shows() -> None:
    """Neither too few nor too many."""
    own = {"code", "status"}
    given = {
        name: (
            {k.arg for k in call.keywords} - own,
            {n for t in catalogue()[name][:4] for n in placeholders(t)},
        )
        for _, name, call in calls()
        if isinstance(call.func, ast.Name) and call.func.id == "Refusal"
    }
    assert {name: pair for name, pair in given.items() if pair[0] != pair[1]} == {}


@pytest.mark.parametrize("word", WORDS)
def test_the_indonesian_has_one_word_for_one_thing(word: str) -> None:
    """The other words for it are not used."""
    assert offenders(lambda m: re.search(word, f"{m.id} {m.remedy_id}", re.IGNORECASE)) == []
    assert strange(lambda p: re.search(word, p.id, re.IGNORECASE)) == []


@pytest.mark.parametrize("mark", MARKS)
def test_marks_are_set_alike(mark: str) -> None:
    """Percent, ranges, and the slash that parts the languages."""
    assert offenders(lambda m: any(re.search(mark, part) for part in m[:4])) == []
    assert strange(lambda p: any(re.search(mark, part) for part in p)) == []


@pytest.mark.parametrize("text", ["Tarik kelulusan.", "NIK harus 16 angka", "kirim kepala X"])
def test_the_lint_would_see_a_wrong_word(text: str) -> None:
    """Words that stood here once are found."""
    assert any(re.search(word, text) for word in WORDS)


@pytest.mark.parametrize("text", ["18 %", "1-255 karakter", "1-{most} karakter"])
def test_the_lint_would_see_a_wrong_mark(text: str) -> None:
    """So are marks; a date and a code with a hyphen are none."""
    assert any(re.search(mark, text) for mark in MARKS)
    assert not any(re.search(mark, "2026-02-01, CSV UTF-8, ke-7, urn:a/b") for mark in MARKS)


def test_a_refusal_is_shown_in_both_languages() -> None:
    """The code is the name without its case; the values stand in the words."""
    refusal = Refusal("NOT_COMPLETE.month", "until", closed="2026-05")
    assert (refusal.code, refusal.field, refusal.status) == ("NOT_COMPLETE", "until", 409)
    assert (
        refusal.message
        == "bulan terakhir yang sudah berakhir adalah 2026-05 / the last month that has ended is 2026-05"
    )
    assert refusal.remedy.startswith("minta bulan itu atau bulan sebelumnya / ask for")


def test_one_message_may_serve_several_codes() -> None:
    """Who refuses says then which code and status it is."""
    refusal = Refusal("NOT_SERVED", code="HTTP", status=418)
    assert (refusal.code, refusal.status) == ("HTTP", 418)


def test_a_file_with_half_a_message_is_refused(tmp_path: Path) -> None:
    """The error names the file."""
    path = tmp_path / "messages.toml"
    path.write_text('[HALF]\nid = "setengah"\n')
    with pytest.raises(ValueError, match=r"messages\.toml"):
        messages.read(path, Text)


def test_a_name_in_two_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service cannot take the words of another."""
    for room in ("shared/http", "services/fifth"):
        (tmp_path / room).mkdir(parents=True)
        parts = ("id", "en", "remedy_id", "remedy_en")
        (tmp_path / room / messages.FILE).write_text(
            "[A.b]\n" + "".join(f'{p} = "x"\n' for p in parts)
        )
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    with pytest.raises(ValueError, match=r"A\.b is in another catalogue"):
        catalogue.__wrapped__()


TEMPTING = re.compile(r"^(pilih|samakan)\b|pilih salah satu|selain itu isi", re.IGNORECASE)
"""Words that ask for whatever is accepted, without asking what is true."""


def test_no_remedy_of_a_row_teaches_to_write_what_is_accepted() -> None:
    """`Choose one: ya` makes a declaration that nobody made; what is so is in a document, or not known."""
    rooms = ("csv", "application", *(one for one in SERVICES if lists_of(one)))
    of_rows = {
        name: one.remedy_id
        for path in messages.files(messages.FILE)
        if path.parent.name in rooms
        for name, one in messages.read(path, Text).items()
    }
    assert len(of_rows) > 80
    assert {name: text for name, text in of_rows.items() if TEMPTING.search(text)} == {}
