"""A report says nothing that presupposes what the study did not declare: waves, a choice, a draw, a programme, a best value."""

import re
from pathlib import Path

import pytest

from pipeline.render.catalogue import catalogue
from pipeline.render.results import Results
from pipeline.render.templates.before_after import BeforeAfter
from pipeline.render.templates.group_comparison import GroupComparison
from pipeline.render.templates.needs import Needs
from pipeline.render.templates.targets import Targets
from pipeline.render.wording.references import REFERENCES
from pipeline.spec.vocabulary import COMPARING, EVALUATING, LANGUAGES
from tests.interviews import interview_study
from tests.miniature import both
from tests.occasions import report_of, said, survey

pytestmark = pytest.mark.slow

TWICE = ("may", "june")
OPEN = {"minimum_base": 1, "minimum_cell": 1, "reason": both("Every number is needed / Alla tal behövs.")}
STUDIES = [
    *((design, waves, True) for design in EVALUATING for waves in ((), TWICE)),
    *((design, waves, named) for design in ("observational", "single_group") for waves in ((), TWICE) for named in (False, True)),
    *((design, ("may",), design != "observational") for design in (*COMPARING, "single_group")),
]
NEVER_DECLARED = {
    "en": r"\b(seminars?|managers?|employees?|workplaces?|employers?|learnt|retire\w*|coach\w*|registers?|participants?|controls?)\b",
    "sv": r"\b(seminari\w*|chef\w*|anställda|arbetsplats\w*|arbetsgivare\w*|lärt|lärde|pension\w*|registret|deltagar\w*|kontroll(er|grupp\w*))\b",
}
ONCE = {
    "en": r"follow-?up|followed|baseline|outset|at the start|from the start|beforehand|\bagain may\b|at least once|both times|over time|\blost\b|on each occasion|happened",
    "sv": r"uppföljning|följs över|från början|baslinje|läget före|redan före|igen kan|minst en gång|båda gångerna|över tid|bortfall|varje tillfälle|hände\b",
}
NO_WAVE = {"en": r"\b(waves?|measurements?)\b", "sv": r"\bmätning(en|ar|arna)?\b"}
CHOICE = {"en": r"\bchose\b|\bchoose\b|self-selected", "sv": r"valde själva|valde det själva|väljer själva|självvald"}
TAKING_PART = {"en": r"\b(took|take|taking) part\b", "sv": r"\b(deltog|deltar|deltagit|deltagande\w*)\b|\batt delta\b"}
DRAW = {"en": r"randomised|decided at random|formed at random", "sv": r"\blottade\w*|\blottningen|\blotten avgjorde"}
PROGRAMME = {
    "en": r"\bprogrammes?\b|brought about|\boffered\b|achieved",
    "sv": r"\bprogrammet\b|\binsats\w*|åstadkom|erbjud\w*",
}
EFFECT = {"en": r"\beffects?\b", "sv": r"\beffekt(en|er)?\b"}
HOLES = re.compile(r"\(\s*\)|\[\s*\]|\(\s*[,;]|[,;]\s*\)|, :|,\s*\.|:\s*\.|\bat the [.,:;)]|  |\{\w*\}")


def forbidden(design: str, waves: tuple[str, ...], named: bool) -> list[dict[str, str]]:
    """List the words that may not occur where nothing of the kind is declared."""
    conditions = [
        (True, NEVER_DECLARED),
        (len(waves) < 2, ONCE),
        (not waves, NO_WAVE),
        (design != "self_selected", CHOICE),
        (design == "observational" or not named, TAKING_PART),
        (design != "randomised", DRAW),
        (not named, PROGRAMME),
        (design == "observational", EFFECT),
    ]
    return [words for holds, words in conditions if holds]


def reports_of(results: Results, design: str, waves: tuple[str, ...]) -> list[tuple[str, type[GroupComparison]]]:
    if design in COMPARING:
        return [("group_comparison", GroupComparison)]
    return [("targets", Targets), *([("before_after", BeforeAfter)] if len(waves) > 1 else [])]


@pytest.mark.parametrize(("design", "waves", "named"), STUDIES)
def test_words_follow_what_is_declared(tmp_path: Path, design: str, waves: tuple[str, ...], named: bool) -> None:
    results = report_of(survey(tmp_path, design, waves, named))
    for template, opened in reports_of(results, design, waves):
        for language in LANGUAGES:
            pieces = [one for one in said(results, template, opened, language) if one not in REFERENCES.values()]
            assert len(pieces) > 100
            found = {one for words in forbidden(design, waves, named) for one in pieces if re.search(words[language], one, re.IGNORECASE)}
            assert not found
            assert not [one for one in pieces if HOLES.search(one)]


@pytest.mark.parametrize("named", [False, True])
def test_interviews_presuppose_neither_a_programme_nor_who_was_asked(tmp_path: Path, named: bool) -> None:
    labels = {"setting": both("Fyra samtal." if named else "Fyra möten.")}
    study = interview_study(tmp_path, **(labels | ({} if named else {"programme": None})))
    results = report_of(study)
    assert bool(results.programme) is named
    for language in LANGUAGES:
        pieces = [one for one in said(results, "needs", Needs, language) if one not in REFERENCES.values()]
        words = [NEVER_DECLARED, ONCE, NO_WAVE, CHOICE, TAKING_PART, *([] if named else [PROGRAMME])]
        assert not {one for each in words for one in pieces if re.search(each[language], one, re.IGNORECASE)} - set(results.labels["text"])


@pytest.mark.parametrize("design", COMPARING)
def test_the_searched_words_are_said_where_they_are_declared(tmp_path: Path, design: str) -> None:
    """The search would find what it looks for."""
    told = {
        language: " ".join(said(report_of(survey(tmp_path, design, TWICE, named=True)), "group_comparison", GroupComparison, language))
        for language in LANGUAGES
    }
    expected = {"self_selected": (CHOICE, TAKING_PART, PROGRAMME), "randomised": (DRAW, PROGRAMME, EFFECT), "observational": ()}
    for words in expected[design]:
        for language in LANGUAGES:
            assert re.search(words[language], told[language], re.IGNORECASE), words
    assert all(re.search(pattern, told[language], re.IGNORECASE) for language, pattern in NO_WAVE.items())
    assert ("samtal" in told["sv"], "talks" in told["en"]) == (True, True)


def test_a_study_asked_once_has_its_alpha_and_its_figures(tmp_path: Path) -> None:
    results = report_of(survey(tmp_path, "observational"))
    [row] = results.rows(estimand="cronbach_alpha").itertuples()
    assert (row.outcome, row.wave, row.n) == ("mood", "", 87)
    assert 0.5 < row.estimate < 1
    section = GroupComparison(results).measures()
    assert section is not None
    assert {"likert-mood", "scores"} <= {part.name for part in section.parts if hasattr(part, "alt")}


def test_existing_groups_are_described_and_never_said_to_be_affected(tmp_path: Path) -> None:
    results = report_of(survey(tmp_path, "observational"))
    told = " ".join(said(results, "group_comparison", GroupComparison, "en"))
    assert "The comparison describes how the groups differ, not why." in told
    assert "Two groups that are there anyway are compared: women and men." in told
    assert "STROBE" in told
    assert "TREND" not in told
    assert "Whatever else the groups differ in remains in the differences." in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_value_is_best_where_no_way_is_better(tmp_path: Path, language: str) -> None:
    results = report_of(survey(tmp_path, "single_group", TWICE, direction="neither", disclosure=OPEN))
    allowed = {catalogue(language).say(key) for key in ("direction.neither", "methods.measures_intro")}
    pieces = [one for template, opened in (("before_after", BeforeAfter),) for one in said(results, template, opened, language)]
    words = {"en": r"\b(best|better|worse|worst|improve\w*)\b", "sv": r"\b(bäst\w*|bättre|sämre|sämst|förbättra\w*|gynnsam\w*)\b"}[language]
    left = [re.sub("|".join(map(re.escape, allowed)), "", one) for one in pieces]
    assert not [one for one in left if re.search(words, one, re.IGNORECASE)]
    assert re.search({"en": "highest possible value", "sv": "högsta möjliga värde"}[language], " ".join(pieces))


@pytest.mark.parametrize(
    ("direction", "word"), [("higher", "best possible value"), ("lower", "best possible value"), ("neither", "highest possible value")]
)
def test_the_far_end_of_a_scale_is_named_by_direction(tmp_path: Path, direction: str, word: str) -> None:
    told = " ".join(
        said(report_of(survey(tmp_path, "single_group", TWICE, direction=direction, disclosure=OPEN)), "before_after", BeforeAfter, "en")
    )
    other = {"best possible value", "highest possible value"} - {word}
    assert word in told
    assert not any(one in told for one in other)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_later_result_stands_beside_the_earlier_one(tmp_path: Path, language: str) -> None:
    results = report_of(survey(tmp_path, "single_group", ("may", "june", "july")))
    report = BeforeAfter(results) if language == "en" else BeforeAfter(_in(results, language))
    assert [change.waves for change in report.changes] == [("may", "june"), ("may", "july")]
    summary, change = (" ".join(_pieces(section)) for section in (report.summary(), report.change()))
    for wave in {"en": ("in June", "in July"), "sv": ("i juni", "i juli")}[language]:
        assert wave in summary
        assert wave in change


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_comparison_tells_the_later_wave_of_a_primary_outcome(tmp_path: Path, language: str) -> None:
    from tests.occasions import analysis

    analyses = [analysis("raw", "welch", "mood@june", "primary"), analysis("later", "welch", "mood@july", "exploratory")]
    results = _in(report_of(survey(tmp_path, "observational", ("may", "june", "july"), analyses=analyses)), language)
    told = " ".join(_pieces(GroupComparison(results).summary()))
    assert re.search({"en": r"In July: difference 0\.\d+ \(95% CI", "sv": r"I juli: skillnad 0,\d+ \(95\s%\sKI"}[language], told)


def _in(results: Results, language: str) -> Results:
    from dataclasses import replace

    return replace(results, language=language)


def _pieces(section: object) -> list[str]:
    from pipeline.render.markup import plain_text

    return [plain_text(part.html) for part in section.parts if hasattr(part, "html")]  # type: ignore[attr-defined]
