"""Whether what was declared of imputing missing answers can be done, and is."""

from collections.abc import Iterator

from pipeline.compare.registry import ESTIMATORS
from pipeline.errors import Problem
from pipeline.spec.declaration import Analysis
from pipeline.spec.naming import split_reference, toml_place
from pipeline.spec.study import Study

INTERACTING = {
    "by": "the models of the missing answers hold no interaction with a subgroup, and would make subgroups alike",
    "group": "the models of the missing answers hold the sample's group",
    "response": "with missing answers imputed there is nobody who did not answer",
}
"""Keys that an imputed analysis cannot have, with why not."""


def imputing_problems(study: Study) -> Iterator[Problem]:
    """An imputed analysis must say how, and compare what the models of the missing answers hold."""
    how, analyses = study.declaration.imputation, [one for one in study.declaration.analyses if one.imputed]
    if how is not None and how.m < 2:
        found = f"is {how.m}: one imputation does not tell how unsure imputed answers are"
        yield Problem(toml_place(study, "imputation m"), found, "2 or more; 20 to 100 are usual", "Impute several times.")
    for analysis in analyses:
        yield from _analysis_problems(study, analysis)
    for reference in _named(study, analyses):
        yield from _linked_problems(study, reference)


def unused_imputation_problems(study: Study) -> Iterator[Problem]:
    """What is imputed must count in some analysis; asked of whole studies only."""
    if study.declaration.imputation is not None and not any(one.imputed for one in study.declaration.analyses):
        able = ", ".join(name for name, one in ESTIMATORS.items() if "imputed" in one.uses)
        yield Problem(toml_place(study, "imputation"), "is used by no analysis", f"an analysis with imputed = true, by {able}", "Add one.")


def _analysis_problems(study: Study, analysis: Analysis) -> Iterator[Problem]:
    where = toml_place(study, f"analyses '{analysis.id}' imputed")
    if study.declaration.imputation is None:
        yield Problem(where, "says that missing answers are imputed, not how", "a table [imputation]", "Write [imputation] with m = 40.")
    for key, why in INTERACTING.items():
        if getattr(analysis, key):
            yield Problem(where, f"stands beside '{key}': {why}", f"an imputed analysis without '{key}'", f"Remove '{key}' or 'imputed'.")


def _named(study: Study, analyses: list[Analysis]) -> list[str]:
    auxiliary = study.declaration.imputation.auxiliary if study.declaration.imputation and analyses else ()
    return list(dict.fromkeys((*(name for one in analyses for name in one.covariates), *auxiliary)))


def _linked_problems(study: Study, reference: str) -> Iterator[Problem]:
    """Only facts of the units that those studied belong to are drawn from: answers of these are not imputed."""
    name, _ = split_reference(reference)
    unit = study.unit_of(name)
    if unit != study.declaration.sample.unit and (name not in study.variable or not study.variable[name].fixed):
        yield Problem(
            toml_place(study, "imputation"),
            f"'{reference}' is an answer of {unit}, which is not imputed",
            f"what is observed on {study.declaration.sample.unit}, or a fixed variable of {unit}",
            "Leave it out of the imputed analyses.",
        )
