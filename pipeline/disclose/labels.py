"""Every text a report prints for a code, in both languages."""

from collections.abc import Iterator

import pandas as pd

from pipeline.spec.declaration import Analysis, Exhibit
from pipeline.spec.declared import Text
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import LANGUAGES, MISSING_REASONS
from pipeline.tables.frames import table_of
from pipeline.tables.glossary import LABELS

Label = tuple[str, str, str, Text]
"""Kind, parent, name, text."""


def labels_of(study: Study) -> pd.DataFrame:
    """Give the labels of everything declared.

    Returns
    -------
    DataFrame
        Table ``labels``. Texts that the program itself prints (missing reasons,
        verdicts, notes) are in its catalogues, not here.
    """
    sources = (_study_labels, _sample_labels, _variable_labels, _measure_labels, _declared_labels)
    return table_of(
        LABELS,
        (
            {"study": study.id, "language": language, "kind": kind, "parent": parent, "name": name, "text": text.in_language(language)}
            for source in sources
            for kind, parent, name, text in source(study)
            for language in LANGUAGES
        ),
    )


def _study_labels(study: Study) -> Iterator[Label]:
    for name in ("title", "programme", "question", "setting", "source_note"):
        text = getattr(study.declaration, name)
        if text is not None:
            yield "study", "", name, text
    publish = study.declaration.publish
    if publish is not None and publish.reason is not None:
        yield "replaces", "", str(publish.replaces), publish.reason
    for withdrawn in publish.withdrawn if publish is not None else ():
        yield "withdrawn", "", str(withdrawn.number), withdrawn.reason
    for published in study.declaration.published:
        yield "published", "", published.id, published.label
    reason = study.declaration.disclosure.reason
    if reason is not None:
        yield "disclosure_reason", "", "reason", reason


def _sample_labels(study: Study) -> Iterator[Label]:
    declared = study.declaration
    if declared.group_label is None or declared.participant_label is None or declared.control_label is None:
        return
    yield "group_label", "", declared.sample.group, declared.group_label
    named = {declared.sample.participant: declared.participant_label, declared.sample.control: declared.control_label}
    for code, text in (_answers(study, declared.sample.group) | named).items():
        yield "group", "", code, text


def _answers(study: Study, name: str) -> dict[str, Text]:
    """Give the first label of each code of a real answer, in list order."""
    labels: dict[str, Text] = {}
    for answer in study.answer_lists.get(study.variable[name].answers, ()):
        if answer.missing not in MISSING_REASONS:
            labels.setdefault(answer.code, answer.label)
    return labels


def _variable_labels(study: Study) -> Iterator[Label]:
    for variable in study.variables:
        yield "variable", "", variable.name, variable.label
        for code, text in _answers(study, variable.name).items():
            yield "answer", variable.name, code, text


def _measure_labels(study: Study) -> Iterator[Label]:
    for measure in study.declaration.measures:
        yield "measure", "", measure.name, measure.label
        yield "measure_unit", "", measure.name, measure.unit
        if measure.description is not None:
            yield "measure_description", "", measure.name, measure.description
        if measure.said is not None:
            yield "said", "", measure.name, measure.said
        for code, text in measure.categories.items():
            yield "category", measure.name, code, text


def _declared_labels(study: Study) -> Iterator[Label]:
    declared = study.declaration
    for unit in declared.units:
        yield "unit", "", unit.name, unit.label
    for wave in declared.waves:
        yield "wave", "", wave.name, wave.label
    for analysis in declared.analyses:
        yield from _analysis_labels(analysis)
    for contradiction in declared.contradictions:
        yield "contradiction", "", contradiction.id, contradiction.label
        yield "contradiction_text", "", contradiction.id, contradiction.text
    for context in declared.context:
        yield "context", "", context.id, context.label
        yield "context_source", "", context.id, context.source
    for exhibit in declared.exhibits:
        yield "exhibit", "", exhibit.id, exhibit.label
        yield from _part_labels(exhibit)
    for quotations in declared.quotations:
        yield "quotations", "", quotations.id, quotations.label
    for exclusion in declared.exclusions:
        yield "exclusion", "", exclusion.id, exclusion.label


def _analysis_labels(analysis: Analysis) -> Iterator[Label]:
    yield "analysis", "", analysis.id, analysis.label
    if analysis.family_reason is not None:
        yield "family_reason", "", analysis.id, analysis.family_reason
    for reading in analysis.readings:
        yield "reading", analysis.id, reading.id, reading.label


def _part_labels(exhibit: Exhibit) -> Iterator[Label]:
    for part in exhibit.parts:
        yield "part", exhibit.id, part.id, part.label
        if part.explanation is not None:
            yield "part_explanation", exhibit.id, part.id, part.explanation
        for code, text in part.rows.items():
            yield "definition", str(exhibit.rows), code, text
