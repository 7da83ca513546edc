"""A label keeps its capital inside a sentence unless its first word is known to be no name."""

import pytest

from pipeline.render.labels import answer_label
from pipeline.render.names import Names
from pipeline.render.results import Results
from tests.render.synthetic import made_up_results

FACTS = {
    "measures": [{"name": "leaving", "items": ["l_1"]}],
    "exhibits": [{"kind": "experience", "outcomes": ["services@t2"]}, {"kind": "coding", "rows": "theme"}],
}
LABELS = {
    ("measure", "", "leaving"): "Vilja att sluta",
    ("measure", "", "norr"): "Norrköping: andel i arbete",
    ("measure", "", "index"): "SCB:s index",
    ("measure", "", "hedges"): "Hedges mått",
    ("wave", "", "t2"): "Uppföljning",
    ("variable", "", "age"): "Ålder (år)",
    ("variable", "", "l_1"): "Kafka hade gillat det här",
    ("variable", "", "services"): "Ursäkta röran",
    ("answer", "town", "n"): "Norrköping",
    ("answer", "town", "a"): "Åre",
    ("answer", "town", "e"): "Ödeshög",
    ("answer", "river", "å"): "Å",
    ("answer", "service", "team"): "Effektiva team",
    ("answer", "service", "ai"): "AI-systemet",
    ("answer", "work", "in"): "I arbete",
    ("answer", "often", "seldom"): "Mycket sällan",
    ("answer", "fund", "esf"): "ESF",
    ("answer", "employer", "lund"): "Lund kommun",
    ("answer", "theme", "tools"): "Verktyg för samtalen",
    ("group", "", "a"): "Anna Lind",
    ("study", "", "setting"): "Alla i arbete tillfrågades, mycket bra, nära en lund; de använder Lund kommun och Hedges.",
}


@pytest.mark.parametrize(
    ("label", "written"),
    [
        ("Vilja att sluta", "vilja att sluta"),
        ("Vilja att sluta (uppföljning)", "vilja att sluta (uppföljning)"),
        ("Uppföljning", "uppföljning"),
        ("Ålder", "ålder"),
        ("I arbete", "i arbete"),
        ("Mycket sällan", "mycket sällan"),
        ("Verktyg för samtalen", "verktyg för samtalen"),
        ("Norrköping", "Norrköping"),
        ("Norrköping: andel i arbete", "Norrköping: andel i arbete"),
        ("Åre", "Åre"),
        ("Ödeshög", "Ödeshög"),
        ("Å", "Å"),
        ("Effektiva team", "Effektiva team"),
        ("Ursäkta röran", "Ursäkta röran"),
        ("AI-systemet", "AI-systemet"),
        ("ESF", "ESF"),
        ("SCB:s index", "SCB:s index"),
        ("Hedges mått", "Hedges mått"),
        ("Lund kommun", "Lund kommun"),
        ("Anna Lind", "Anna Lind"),
        ("3 eller fler", "3 eller fler"),
        ("", ""),
    ],
)
def test_only_a_word_known_to_be_no_name_loses_its_capital(label: str, written: str) -> None:
    assert Names.of_study(LABELS, FACTS, ["mycket", "en å rinner förbi"]).inside(label) == written


@pytest.mark.parametrize(
    ("language", "merged"),
    [
        ("sv", "Påverkad av Effektiva team, Norrköping, AI-systemet, SCB, Å eller mycket annat"),
        ("en", "Affected by Effektiva team, Norrköping, AI-systemet, SCB, Å or very much else"),
    ],
)
def test_merged_answers_keep_the_capitals_of_names(language: str, merged: str) -> None:
    first, last = {"sv": ("Påverkad av Effektiva team", "Mycket annat"), "en": ("Affected by Effektiva team", "Very much else")}[language]
    answers = [first, "Norrköping", "AI-systemet", "SCB", "Å", last]
    codes = [str(number) for number in range(len(answers))]
    results = with_answers(made_up_results(language), dict(zip(codes, answers, strict=True)))
    assert answer_label(results, "place", "+".join(codes)) == merged


def with_answers(results: Results, answers: dict[str, str]) -> Results:
    """Give the release with labels of one more question."""
    from dataclasses import replace

    import pandas as pd

    rows = [{"study": results.study, "language": results.language, "kind": "answer", "parent": "place"}] * len(answers)
    labels = pd.DataFrame(rows).assign(name=list(answers), text=list(answers.values()))
    return replace(results, labels=pd.concat([results.labels, labels[results.labels.columns]], ignore_index=True))


@pytest.mark.parametrize(("language", "quoted"), [("sv", "”Hur mår du?”"), ("en", "“Hur mår du?”")])
def test_a_question_is_quoted_inside_a_sentence(language: str, quoted: str) -> None:
    assert made_up_results(language).inside("Hur mår du?") == quoted
