"""Both catalogues say the same things, and everything a table may hold has a text."""

import re
from pathlib import Path
from typing import get_args

import pytest

from pipeline.compare.registry import ESTIMATORS
from pipeline.render.catalogue import MissingText, catalogue
from pipeline.render.wording.limits import LIMITS
from pipeline.render.wording.methods import METHODS
from pipeline.render.wording.one_line import ORDER, verdict_key
from pipeline.spec.declaration import Analysis, Declaration, Declared, Measure
from pipeline.spec.vocabulary import COMPARING, LANGUAGES, MISSING_REASONS, TARGET_FACTS, TARGET_VERDICTS, VERDICTS
from pipeline.tables.glossary import ESTIMATES

PACKAGE = Path(__file__).resolve().parents[2] / "pipeline"
CODE = {path: path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}
SAID = {key for text in CODE.values() for key in re.findall(r'\bsay(?:_with)?\(\s*"([a-z_0-9.]+)"', text)}
CODE_OF_NOTE = '"([a-z]+(?:_[a-z0-9]+)+)"'
NOTE_PATTERNS = (
    rf'(?:"note": |note=|append\(|return |else ){CODE_OF_NOTE}',
    rf"{CODE_OF_NOTE} if ",
    rf"joined\(.*{CODE_OF_NOTE}\)",
)
NOTES = {
    code
    for path, text in CODE.items()
    if {"compare", "score", "disclose"} & set(path.parts)
    for pattern in NOTE_PATTERNS
    for code in re.findall(pattern, text)
} - {*VERDICTS, *TARGET_VERDICTS, *TARGET_FACTS}


def allowed(part: type[Declared], key: str) -> tuple[str, ...]:
    """Give the words that a key of study.toml may have."""
    return get_args(part.model_fields[key].annotation)


def allowed_in(column: str) -> list[str]:
    """Give the codes of a column of estimates that are not empty."""
    return [code for one in ESTIMATES.columns if one.name == column for code in one.allowed if code]


def required() -> set[str]:
    """List every id that follows from a closed set."""
    parts = {
        "verdict": (*VERDICTS, *TARGET_VERDICTS, *TARGET_FACTS),
        "missing": (*MISSING_REASONS, "answered"),
        "role": allowed(Analysis, "role"),
        "design": allowed(Declaration, "design"),
        "direction": allowed(Measure, "direction"),
        "estimand": allowed_in("estimand"),
        "effect_kind": allowed_in("effect_kind"),
        "estimator": (*ESTIMATORS, "describe", "alpha", "standardised_difference", "detectable"),
        "one_line": [verdict_key(verdict) for verdict in ORDER],
        "verdict_mark": [verdict_key(verdict) for verdict in ORDER],
        "question.design": allowed(Declaration, "design"),
        "results": COMPARING,
        "not_shown": allowed(Declaration, "design"),
        "people.balance": COMPARING,
        "summary.headline": COMPARING,
        "finding.basis": COMPARING,
        "note": NOTES,
    }
    ids = {f"{part}.{name}" for part, names in parts.items() for name in names}
    ids |= {f"method.{name}.{what}" for name in METHODS for what in ("name", "text")}
    return ids | {f"limit.{name}.{what}" for name in LIMITS for what in ("lead", "text")}


def test_both_catalogues_have_the_same_ids() -> None:
    assert catalogue("sv").messages.keys() == catalogue("en").messages.keys()


def test_a_text_takes_the_same_values_in_both_languages() -> None:
    swedish, english = catalogue("sv"), catalogue("en")
    assert {key: swedish.takes(key) for key in swedish.messages} == {key: english.takes(key) for key in english.messages}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty(language: str) -> None:
    assert not [key for key, forms in catalogue(language).messages.items() if not all(form.strip() for form in forms)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_of_a_closed_set_has_a_text(language: str) -> None:
    assert required() - catalogue(language).messages.keys() == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_id_that_code_names_has_a_text(language: str) -> None:
    assert SAID - catalogue(language).messages.keys() == set()


def test_the_searches_find_what_is_known_to_be_there() -> None:
    assert {"constant_outcome", "arm_under_two_clusters", "fisher_used", "classes_left_out", "nothing_double_coded"} <= NOTES
    assert {"words.points", "people.invited"} <= SAID


def test_the_languages_do_not_share_whole_sentences() -> None:
    swedish, english = catalogue("sv").messages, catalogue("en").messages
    alike = [key for key in swedish if swedish[key] == english[key] and len(swedish[key][0].split()) > 3]
    assert alike == []


def test_an_unknown_id_is_an_error_and_not_printed() -> None:
    with pytest.raises(MissingText, match=r"no message 'verdict\.splendid'"):
        catalogue("sv").say("verdict.splendid")


def test_a_forgotten_value_is_an_error() -> None:
    with pytest.raises(MissingText, match="takes"):
        catalogue("en").say("words.points")


def test_a_value_that_the_text_lacks_is_an_error() -> None:
    with pytest.raises(MissingText, match="takes"):
        catalogue("en").say("words.points", value="1", surplus="2")


def test_whole_numbers_are_written_in_the_languages_manner_and_choose_the_plural() -> None:
    assert catalogue("en").say("limit.deviations.text", count=1).startswith("1 deviation ")
    assert catalogue("sv").say("limit.deviations.text", count=1200).startswith("1\u00a0200 avvikelser ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_denies_a_difference_and_one_alone_speaks_of_an_effect(language: str) -> None:
    messages = {key: " ".join(forms) for key, forms in catalogue(language).messages.items()}
    denying = [key for key, text in messages.items() if re.search("ingen skillnad|inga skillnader|no difference", text, re.IGNORECASE)]
    speaks = "(?<!design)effekt|(?<!design )effect|tack vare|thanks to|ledde till|led to"  # a design effect is about how people were drawn
    causal = [key for key, text in messages.items() if re.search(speaks, text, re.IGNORECASE)]
    assert (denying, causal) == ([], ["results.randomised"])


PLAIN = {
    "en": r"[Ii]t is not possible to tell|be settled whether|\bcame to\b|\bgot there\b|\brungs?\b|\bundecided\b",
    "sv": r"kan inte avgöras om|inte avgöra\b|går inte att avgöra|i gruppen \{[ab]|nått dit|undanh[ åä]",
}
"""Turns of phrase that nobody says."""
TERMS = r"Holm\b|frihetsgrad|degrees of freedom|[Tt]oppighet|[Kk]urtosis|Satterthwaite|Newcombe"
"""Terms of statistics that only the methods, the names of methods and the second opinion speak of."""
OF_METHODS = ("method.", "p_adjustment.", "estimand.", "effect_kind.", "opinion.", "table.freedom")


@pytest.mark.parametrize("language", LANGUAGES)
def test_reports_speak_plainly(language: str) -> None:
    found = [(key, text) for key, forms in catalogue(language).messages.items() for text in forms if re.search(PLAIN[language], text)]
    assert not found


@pytest.mark.parametrize("language", LANGUAGES)
def test_terms_of_statistics_stand_in_the_methods_only(language: str) -> None:
    messages = catalogue(language).messages.items()
    found = [(key, text) for key, forms in messages for text in forms if re.search(TERMS, text) and not key.startswith(OF_METHODS)]
    assert not found
