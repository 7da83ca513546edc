"""From the number to the sentence: a verdict follows its test, and where interval and test part the report says so and why."""

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.compare.estimates import with_remarks
from pipeline.compare.estimators.risk_difference import risk_difference
from pipeline.compare.estimators.transition import transition
from pipeline.compare.verdicts import Finding, verdict_of
from pipeline.render.catalogue import catalogue
from pipeline.render.results import Results
from pipeline.render.selection import Row, rows_of
from pipeline.render.wording.decisions import apart_sentences
from pipeline.render.wording.findings import brief_finding, conclusion, headline
from pipeline.render.wording.lines import Found, comparison_line
from pipeline.render.wording.outcomes import Outcome, primary_outcomes
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import LANGUAGES
from pipeline.tables.frames import table_of
from pipeline.tables.glossary import ESTIMATES
from tests.compare.groups import two
from tests.compare.test_transition import two_states
from tests.miniature import CODEBOOK, both, miniature
from tests.render.synthetic import made_up_results
from tests.stages.project import build_tables
from tests.stages.test_odd_studies import texts_of

pytestmark = pytest.mark.slow

ALPHA, PART = 0.05, "interval_and_test_part"
APART = {"sv": "beräknade på olika sätt", "en": "computed in different ways"}
COMPATIBLE = {"sv": "är förenliga med", "en": "are compatible with"}
OTHERWISE = {"sv": "beräknade på olika sätt", "en": "computed in different ways"}


def small_tables() -> Iterator[tuple[int, int, int, int]]:
    """Give those who did and the number of people in two groups: every table of small groups, and lopsided ones."""
    sizes = [(n, n) for n in range(3, 11)] + [(4, 9), (5, 20)]
    for first, second in sizes:
        yield from ((a, first, b, second) for a, b in product(range(first + 1), range(second + 1)))
    yield from ((a, 50, b, 50) for a, b in product(range(13), repeat=2))
    yield from ((a, 12, b, 40) for a, b in product((4, 8), range(41)))
    yield 0, 100, 12, 300


def estimated(table: tuple[int, int, int, int]) -> list[dict[str, object]]:
    did, people, others_did, others = table
    rows = risk_difference(two([1] * did + [0] * (people - did), [1] * others_did + [0] * (others - others_did), "share"))
    place = {"study": "made_up", "analysis": str(table), "role": "primary", "estimator": "risk_difference", "level": "all"}
    named = {"outcome": "locked", "unit": "person", "wave": "t2", "confidence": 1 - ALPHA, "p_adjustment": "none"}
    return [{**place, **named, **row} for row in rows if row["estimand"] == "risk_difference"]


def judged(row: Row) -> Row:
    finding = Finding(row.estimate, row.p_value, 1 - row.confidence, "lower", interval=(row.conf_low, row.conf_high))
    return row._replace(verdict=verdict_of(finding))


def test_every_small_table_agrees_with_its_interval_or_says_why_not() -> None:
    rows = rows_of(with_remarks(table_of(ESTIMATES, [row for table in small_tables() for row in estimated(table)])))
    results = {language: made_up_results(language) for language in LANGUAGES}
    parted = set()
    for row in map(judged, rows):
        excludes = row.conf_low > 0 or row.conf_high < 0
        decided = row.verdict in ("better", "worse")
        assert (PART in row.note.split()) == (excludes != decided), row.analysis
        for language, one in results.items():
            outcome = Outcome(row, row, None, None, None, None)
            said = conclusion(one, outcome)
            assert (APART[language] in said) == (excludes != decided)
            assert (APART[language] in str(brief_finding(one, outcome))) == (excludes != decided)
            assert not (excludes and COMPATIBLE[language] in said)
        if excludes != decided:
            parted.add((excludes, "fisher_used" in row.note.split()))
    assert {excludes for excludes, _ in parted} == {fisher for _, fisher in parted} == {True, False}


def test_interval_and_test_of_a_change_of_a_share_part_only_with_a_note() -> None:
    counts = [np.array([[20, up], [down, 30]]) for up, down in product(range(16), range(16)) if up + down]
    rows = [
        {"study": "made_up", "analysis": str(place), "role": "primary", "outcome": "locked", "unit": "person", "wave": "t2", "term": "all"}
        | {"estimator": "transition", "confidence": 1 - ALPHA, **row}
        for place, one in enumerate(counts)
        for row in transition(two_states(one))
    ]
    noted = with_remarks(table_of(ESTIMATES, rows))
    results = {language: made_up_results(language) for language in LANGUAGES}
    parted = 0
    for _, of_one in noted.groupby("analysis"):
        by_term = {row.term if row.estimand == "marginal_homogeneity" else row.estimand: row for row in rows_of(of_one)}
        change, test = by_term["share_change"], by_term["mcnemar"]
        test = by_term["mcnemar_exact"] if "few_moved" in test.note.split() else test
        parts = (test.p_value < ALPHA) != (change.conf_low > 0 or change.conf_high < 0)
        assert (PART in change.note.split()) == parts
        parted += parts
        for language, one in results.items():
            assert (OTHERWISE[language] in " ".join(apart_sentences(one, change, test))) == parts
    assert parted > 0


# --- ranks of tied values

RANKED = {"id": "ranked", "role": "primary", "estimator": "rank", "outcomes": ["days@t2"], "label": both("Days of illness")}
DAYS = {"name": "days", "label": both("Days of illness"), "unit": both("days"), "rule": "as_answered", "items": ["ill"]}
SAYS = {
    ("en", "lower"): "Worse: days of illness tends to be higher among participants than among controls.",
    ("sv", "lower"): "Sämre: days of illness tenderar att ligga högre i gruppen Participants än i gruppen Controls.",
    ("en", "higher"): "Better: days of illness tends to be higher among participants than among controls.",
    ("sv", "higher"): "Bättre: days of illness tenderar att ligga högre i gruppen Participants än i gruppen Controls.",
}


def ill_days(
    root: Path, ill: tuple[float, float], people: int = 400, direction: str = "lower", analyses: tuple[dict, ...] = (RANKED,)
) -> Study:
    """Declare a study of two equal groups in which a share of each was ill, for one to forty days, and the others not at all."""
    half = people // 2
    days = [
        1 + 7 * n % 40 if n % half < share * half else 0
        for share, group in zip(ill, (0, half), strict=True)
        for n in range(group, group + half)
    ]
    rows = [f"P{n};{'Ja' if n < half else 'Nej'};{value};Ja;2024-03-01" for n, value in enumerate(days)]
    before = "\n".join(
        ["nr;grupp;ålder;lugn;kommentar", *(f"P{n};{'Ja' if n < half else 'Nej'};{30 + n % 20};Ofta;" for n in range(people)), ""]
    )
    files = {"before.csv": before, "after.csv": "\n".join(["nr;grupp;sjuk;arbete;dag", *rows, ""])}
    codebook = CODEBOOK.replace("rating,calm,person,,often,,,Lugn,Calm,lugn,lugn", "integer,ill,person,,,0..60,,Sjukdagar,Ill,,sjuk")
    codebook += "rating,calm,person,,often,,,Lugn,Calm,lugn,\n"
    measures = [{**DAYS, "direction": direction}]
    return miniature(root, files, codebook=codebook, measures=measures, analyses=analyses, balance={"covariates": ["age"]})


def ranked_row(study: Study) -> pd.Series:
    build_tables(study.id, study.paths.root)
    estimates = Results.load(study.paths.release, "en").estimates
    return estimates.loc[estimates["analysis"].eq("ranked") & estimates["estimand"].eq("location_shift")].iloc[0]


@pytest.mark.parametrize("direction", ["lower", "higher"])
@pytest.mark.parametrize("bound", [{}, {"days@t2": 3.0}], ids=["no bound", "bound"])
def test_a_rejected_test_by_rank_says_which_group_lies_higher_though_the_shift_is_zero(tmp_path: Path, direction: str, bound: dict) -> None:
    study = ill_days(tmp_path, (0.45, 0.15), direction=direction, analyses=({**RANKED, "smallest_difference": bound},))
    row = ranked_row(study)
    assert (row["estimate"], row["verdict"]) == (0, {"lower": "worse", "higher": "better"}[direction])
    assert row["p_value"] < 1e-8
    assert {"shift_of_ties", "zero_width_interval"} <= set(row["note"].split())
    for language in LANGUAGES:
        results = Results.load(study.paths.release, language)
        main = rows_of(results.rows(analysis="ranked", estimand="location_shift"))[0]
        said = conclusion(results, Outcome(main, None, None, None, None, None))
        assert SAYS[language, direction] in said
        assert not re.search(r"0[.,]00 (to|till) 0[.,]00", said)


def test_groups_that_answer_alike_on_tied_values_are_not_called_equivalent_by_a_shift_of_zero(tmp_path: Path) -> None:
    row = ranked_row(ill_days(tmp_path, (0.2, 0.2), analyses=({**RANKED, "smallest_difference": {"days@t2": 3.0}},)))
    assert row["p_value"] > ALPHA
    assert (row["estimate"], row["verdict"]) == (0, "cannot_tell")
    assert np.isnan(row["p_equivalence"])


def test_no_interval_without_width_is_printed(tmp_path: Path) -> None:
    study = ill_days(tmp_path, (0.45, 0.15))
    for language, text in texts_of(tmp_path, study).items():
        assert not re.search(r"\b(\d+[.,]\d+) (to|till) \1\b", text)
        assert catalogue(language).say("note.zero_width_interval") in text
        assert catalogue(language).say("note.shift_of_ties") in text


# --- the index and the report


FAMILY = {"role": "primary", "label": both("x"), "family": "all", "outcomes": ["days@t2"]}
ADJUSTED = {**FAMILY, "id": "adjusted", "estimator": "adjusted", "covariates": ["age"], "smallest_difference": {"days@t2": 12.0}}
BY_RANK = {**FAMILY, "id": "ranked", "estimator": "rank"}
PART_OF_THEM = {**ADJUSTED, "id": "part", "restrict": {"age": ["30", "31", "32"]}}


@pytest.mark.parametrize("analyses", [(ADJUSTED, BY_RANK), (ADJUSTED, BY_RANK, PART_OF_THEM)], ids=["by rank last", "part of them last"])
def test_the_index_says_of_each_outcome_what_the_report_says(tmp_path: Path, analyses: tuple[dict, ...]) -> None:
    study = ill_days(tmp_path, (0.26, 0.15), people=240, analyses=analyses)
    build_tables(study.id, tmp_path)
    rows = pd.read_csv(study.paths.release / "estimates.csv", dtype=str, keep_default_na=False).query("level == 'all'").to_dict("records")
    assert len({row["verdict"] for row in rows if row["p_adjustment"]}) > 1
    for language in LANGUAGES:
        results = Results.load(study.paths.release, language)
        labels = {(row.kind, row.parent, row.name): row.text for row in rows_of(results.labels) if row.language == language}
        found = Found(results.facts, labels, rows, catalogue(language))
        assert comparison_line(found) == headline(results, primary_outcomes(results))


# --- families on the page


def test_a_page_claims_holm_only_where_something_was_adjusted(tmp_path: Path) -> None:
    for language, text in texts_of(tmp_path / "alone", ill_days(tmp_path / "alone", (0.4, 0.3), people=80)).items():
        assert "Holm" not in text
        assert catalogue(language).say("limit.several_outcomes.lead") not in text
    for text in texts_of(tmp_path / "family", ill_days(tmp_path / "family", (0.4, 0.3), people=80, analyses=(ADJUSTED, BY_RANK))).values():
        assert "Holm" in text
        assert re.search(r"2 (utfall prövas tillsammans|outcomes are tested together)", text)


def test_a_reason_for_no_family_is_printed_and_nothing_is_called_adjusted(tmp_path: Path) -> None:
    reason = {"family": "none", "family_reason": {"sv": "De två svarar på var sin fråga.", "en": "The two answer a question each."}}
    study = ill_days(tmp_path, (0.4, 0.3), people=80, analyses=({**ADJUSTED, **reason}, {**BY_RANK, **reason}))
    texts = texts_of(tmp_path, study)
    assert "Holm" not in texts["sv"] + texts["en"]
    assert texts["sv"].count("De två svarar på var sin fråga.") == texts["en"].count("The two answer a question each.") == 2
