"""What make check refuses; each declaration differs from trs in one thing."""

import pytest

from pipeline.compare.checks import estimator_problems
from pipeline.compare.estimates import estimate_effects
from pipeline.errors import ResearcherError
from pipeline.spec.declaration import Exhibit
from pipeline.spec.study import Study
from tests.compare.conftest import Made


def changed(made: Made, analysis: str, **changes: object) -> Study:
    analyses = tuple(one.model_copy(update=changes) if one.id == analysis else one for one in made.study.declaration.analyses)
    return made.declared(analyses=analyses).study


def test_the_bundled_studies_can_be_done_as_declared(trs: Study, jobs2: Study) -> None:
    assert estimator_problems(trs) == []
    assert estimator_problems(jobs2) == []


@pytest.mark.parametrize(
    ("analysis", "changes", "words"),
    [
        ("means_raw", {"estimator": "wlech"}, ["analyses 'means_raw' estimator", "'wlech' is not an estimator", "did you mean 'welch'?"]),
        ("means_raw", {"covariates": ("age",)}, ["estimator 'welch' would ignore 'covariates'", "adjusted"]),
        ("shares_raw", {"by": ("sex",)}, ["estimator 'risk_difference' would ignore 'by'"]),
        ("means_raw", {"outcomes": ("lock_in@t2",)}, ["'lock_in@t2' is a category", "one_of"]),
        ("means_raw", {"outcomes": ("moved@t2",)}, ["'moved@t2' is a share", "Choose one that can: risk_difference, adjusted, "]),
        ("turnover_adjusted", {"covariates": ("turnover_intention@t2",)}, ["'turnover_intention@t2' is also an outcome"]),
        ("turnover_adjusted", {"covariates": ("age", "age")}, ["'age' is named 2 times"]),
        ("turnover_adjusted", {"covariates": ("group",)}, ["'group' is the group that is compared"]),
        ("by_sex", {"group": "sex", "contrast": ("woman", "man")}, ["'sex' is the group that is compared"]),
        ("turnover_adjusted", {"contrast": ("control", "control")}, ["both groups are the same"]),
        ("locked_in_at_baseline", {"restrict": {"sex": ("wmoan",)}}, ["'wmoan' is not a value of 'sex'", "did you mean 'woman'?"]),
        ("locked_in_at_baseline", {"restrict": {"double_lock_in@t1": ("yes",)}}, ["'yes' is not a value", "numbers, written as text"]),
        ("means_raw", {"outcomes": ("talk_experience@talks",)}, ["was asked of participant only", "experience"]),
        ("turnover_adjusted", {"estimator": "permutation"}, ["estimator 'permutation' would ignore 'smallest_difference'", "welch"]),
        (
            "turnover_adjusted",
            {"estimator": "wild_bootstrap", "cluster": False},
            ["draws whole clusters, and there are none", "'permutation'"],
        ),
        ("turnover_adjusted", {"cluster": "wrokplace"}, ["analyses 'turnover_adjusted' cluster", "did you mean 'workplace'?"]),
        ("turnover_adjusted", {"outcomes": ("employees",)}, ["'employees' is observed on workplace, but person is compared"]),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_remedy(made_trs: Made, analysis: str, changes: dict, words: list[str]) -> None:
    problems = "\n".join(str(problem) for problem in estimator_problems(changed(made_trs, analysis, **changes)))
    for word in words:
        assert word in problems


@pytest.mark.parametrize(
    ("analysis", "changes", "words"),
    [
        (
            "means_raw",
            {"role": "primary"},
            ["'means_raw' estimator: 'welch' takes everybody of one 'workplace'", "a number in clusters: adjusted"],
        ),
        ("ranks", {"role": "primary"}, ["'rank' takes", "Choose one of these."]),
        ("shares_raw", {"role": "primary", "cluster": "education"}, ["everybody of one 'education'", "for a share in clusters: adjusted"]),
        (
            "turnover_adjusted",
            {"cluster": False},
            ["cluster: false overlooks the declared cluster 'workplace'", "or make the analysis secondary"],
        ),
        (
            "shares_raw",
            {"role": "primary", "estimator": "table", "outcomes": ("lock_in@t2",)},
            ["none can for a category in clusters", "Make it secondary, or declare a measure of one of its categories"],
        ),
    ],
)
def test_a_primary_analysis_may_not_overlook_a_declared_cluster(made_trs: Made, analysis: str, changes: dict, words: list[str]) -> None:
    [problem] = beside_families(changed(made_trs, analysis, **changes))
    for word in words:
        assert word in problem


def beside_families(study: Study) -> list[str]:
    """Give the problems of a plan, but for that another primary analysis than the declared ones belongs to no family."""
    return [str(problem) for problem in estimator_problems(study) if "family" not in str(problem)]


@pytest.mark.parametrize(
    ("analysis", "changes"),
    [
        ("means_raw", {"cluster": False}),
        ("shares_raw", {"role": "primary", "estimator": "adjusted"}),
        ("shares_raw", {"role": "primary", "estimator": "bounds"}),
        ("shares_raw", {"role": "primary", "estimator": "attainment", "target": 0.5}),
        ("shares_raw", {"role": "primary", "estimator": "transition", "before": "t1", "outcomes": ("double_lock_in@t2",)}),
    ],
)
def test_what_allows_for_clusters_or_infers_nothing_may_be_primary(made_trs: Made, analysis: str, changes: dict) -> None:
    assert beside_families(changed(made_trs, analysis, **changes)) == []


def test_without_a_declared_cluster_any_estimator_may_be_primary(made_trs: Made) -> None:
    sample = made_trs.study.declaration.sample.model_copy(update={"cluster": None})
    assert beside_families(changed(made_trs.declared(sample=sample), "means_raw", role="primary")) == []


def test_facts_of_the_workplace_may_be_covariates(made_trs: Made) -> None:
    assert estimator_problems(changed(made_trs, "turnover_adjusted", covariates=("sector", "employees"))) == []


@pytest.mark.slow
def test_the_groups_compared_may_be_levels_of_a_question_about_everybody(made_trs: Made) -> None:
    asked = {"estimator": "bounds", "outcomes": ("applied@t2",), "by": ("group",)}
    [one] = [one for one in changed(made_trs, "shares_raw", **asked).declaration.analyses if one.id == "shares_raw"]
    study = made_trs.declared(analyses=(one,)).study
    assert estimator_problems(study) == []
    rows = estimate_effects(study, made_trs.cleaned, made_trs.scored).estimates.query("estimand == 'bound_low'")
    sizes = rows.set_index("level")["n"]
    assert sizes["group=participant"] + sizes["group=control"] == sizes["all"] == 640


def test_all_problems_are_reported_at_once(made_trs: Made) -> None:
    study = changed(made_trs, "means_raw", covariates=("age",), by=("sex",))
    with pytest.raises(ResearcherError) as raised:
        estimate_effects(study, made_trs.cleaned, made_trs.scored)
    assert len(raised.value.problems) == 2


@pytest.mark.parametrize(
    ("kind", "changes", "word"),
    [
        ("transition", {"waves": ("t2",)}, "names 1 waves"),
        ("transition", {"waves": ("talks", "t2")}, "'lock_in' does not exist in wave 'talks'"),
        ("transition", {"outcomes": ("design_weight",)}, "'design_weight' has neither answers nor classes"),
        ("curve", {"grid": (0.0, 6.0, 3.0)}, "the times do not rise"),
        ("curve", {"event_codes": ("job-change",)}, "'job-change' is not an answer"),
        ("curve", {"time": "sex"}, "'sex' is not a number"),
        ("curve", {"event": "age"}, "'age' is not a select_one"),
        ("curve", {"time": "employees"}, "'employees' is observed on workplace"),
    ],
)
def test_exhibits_that_cannot_be_made_are_refused(made_trs: Made, kind: str, changes: dict, word: str) -> None:
    def change(exhibit: Exhibit) -> Exhibit:
        return exhibit.model_copy(update=changes) if exhibit.kind == kind else exhibit

    study = made_trs.declared(exhibits=tuple(change(one) for one in made_trs.study.declaration.exhibits)).study
    assert any(word in str(problem) for problem in estimator_problems(study))
