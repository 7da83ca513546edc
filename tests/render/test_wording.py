"""Sentences claim no more than the numbers hold."""

import re
from dataclasses import replace
from itertools import product

import pandas as pd
import pytest

from pipeline.render.figures.figure import Figure
from pipeline.render.markup import plain_text
from pipeline.render.results import Results
from pipeline.render.section import Words
from pipeline.render.selection import note_texts, rows_of, why_absent
from pipeline.render.tables.measurement import items_table
from pipeline.render.templates.group_comparison import GroupComparison
from pipeline.render.wording.evidence import evidence
from pipeline.render.wording.findings import brief_finding, conclusion, headline, numbers, secondary_headline, stories_explained, story
from pipeline.render.wording.limits import limits, not_shown
from pipeline.render.wording.methods import METHODS, methods_used, references_text
from pipeline.render.wording.opening import head_sentences, question_and_design, title_block
from pipeline.render.wording.outcomes import Outcome, primary_outcomes
from pipeline.render.wording.people import balance_sentences, flow_sentences
from pipeline.render.wording.references import REFERENCES
from pipeline.render.wording.scales import scale_warnings
from pipeline.spec.vocabulary import COMPARING, LANGUAGES, VERDICTS
from tests.render.synthetic import made_up_results

CAUSAL = re.compile(
    r"effekt|effect|leder till|ledde till|led to|leads to|tack vare|thanks to|orsak|caus(?:e|al)|beror på programmet|works\b", re.IGNORECASE
)
DENIES = re.compile(r"ingen skillnad|inte någon skillnad|no difference|not differ|inga skillnader", re.IGNORECASE)


POSSIBLE = [pair for pair in product([*VERDICTS, ""], [-0.42, 0.42]) if pair not in {("higher", -0.42), ("lower", 0.42)}]
"""Every verdict with each sign that it can have."""


def changed(results: Results, analysis: str, outcome: str, **values: object) -> Results:
    """Give the release with other values in the rows of one analysis and outcome."""
    estimates = results.estimates.copy()
    rows = (estimates["analysis"] == analysis) & (estimates["outcome"] == outcome)
    for column, value in values.items():
        estimates.loc[rows, column] = value
    return replace(results, estimates=estimates)


def with_facts(results: Results, **facts: object) -> Results:
    return replace(results, facts={**results.facts, **facts})


def first(results: Results) -> Outcome:
    return primary_outcomes(results)[0]


def weighed_in(results: Results) -> str:
    return plain_text(limits(results, primary_outcomes(results)))


def everything(results: Results) -> str:
    """Give all generated sentences about the findings."""
    outcomes = primary_outcomes(results)
    texts = [headline(results, outcomes), *flow_sentences(results), *balance_sentences(results)]
    for outcome in outcomes:
        texts += [conclusion(results, outcome), numbers(results, outcome), story(results, outcome)]
        texts.append(plain_text(brief_finding(results, outcome)))
    return "\n".join(texts)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("design", COMPARING)
@pytest.mark.parametrize(("verdict", "estimate"), POSSIBLE)
def test_no_verdict_makes_a_causal_claim_or_denies_a_difference(language: str, design: str, verdict: str, estimate: float) -> None:
    results = with_facts(made_up_results(language), design=design)
    said = everything(changed(results, "main", "leaving", verdict=verdict, estimate=estimate))
    assert not CAUSAL.search(said)
    assert not DENIES.search(said)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("design", COMPARING)
def test_limits_deny_nothing_and_claim_nothing(language: str, design: str) -> None:
    results = with_facts(made_up_results(language), design=design)
    said = plain_text(not_shown(results, primary_outcomes(results))) + weighed_in(results)
    assert not DENIES.search(said)
    assert not re.search("effekt|effect", said, re.IGNORECASE)


def test_better_says_which_way_and_among_whom(english: Results) -> None:
    assert conclusion(english, first(english)) == (
        "Better: the mean of turnover intention is lower among participants than among other employees. "
        "The comparison is between people who are alike in turnover intention (baseline) and age. "
        "We cannot say whether the difference is as large as 0.30, the smallest that matters according to the plan: "
        "the interval holds both larger and smaller differences."
    )


def test_what_cannot_be_told_is_said_so_with_the_whole_interval(swedish: Results) -> None:
    said = conclusion(swedish, primary_outcomes(swedish)[1])
    assert said.startswith("Vi kan inte säga om andelen ”dubbel inlåsning” är högre eller lägre")
    assert "från −26,0 till 8,0 procentenheter" in said


def test_an_interval_beyond_zero_that_fails_within_its_family_is_explained(english: Results) -> None:
    results = changed(english, "main", "leaving", verdict="cannot_tell", p_adjusted=0.06)
    for said in (conclusion(results, first(results)), plain_text(brief_finding(results, first(results)))):
        assert re.search(r"excludes zero( by itself)?, but that is not enough", said)


@pytest.mark.parametrize(
    ("low", "high", "answer"),
    [(-0.71, -0.13, "We cannot say whether"), (-0.71, -0.31, "lies beyond 0.30"), (-0.29, -0.13, "lie outside the interval")],
)
def test_the_interval_is_held_against_the_smallest_difference_that_matters(english: Results, low: float, high: float, answer: str) -> None:
    results = changed(english, "main", "leaving", conf_low=low, conf_high=high)
    assert answer in conclusion(results, first(results))


@pytest.mark.parametrize(("reach", "wide"), [(0.29, False), (0.31, True)])
def test_equivalence_is_told_by_its_own_tests_also_where_the_interval_reaches_the_bound(english: Results, reach: float, wide: bool) -> None:
    shown = {"verdict": "equivalent", "estimate": 0.1, "conf_low": -0.1, "conf_high": reach, "p_value": 0.3, "p_adjusted": 0.6}
    results = changed(english, "main", "leaving", **shown, p_equivalence=0.011, p_equivalence_adjusted=0.022)
    said = conclusion(results, first(results))
    assert (
        f"by less than 0.30, the smallest difference that matters according to the plan (two one-sided tests, {english.p_value(0.022)})"
        in said
    )
    assert ("two-sided and so wider" in said) == wide
    assert "We cannot say whether" not in said


def test_what_is_not_equivalent_only_because_several_are_tested_is_said_so(english: Results) -> None:
    shown = {"verdict": "cannot_tell", "estimate": 0.1, "conf_low": -0.1, "conf_high": 0.29, "p_value": 0.3, "p_adjusted": 0.6}
    results = changed(english, "main", "leaving", **shown, p_equivalence=0.03, p_equivalence_adjusted=0.06)
    assert "not enough to call the outcome equivalent when 2 outcomes are tested together" in conclusion(results, first(results))


@pytest.mark.parametrize("verdict", ["better", "worse", "cannot_tell"])
def test_a_shift_of_tied_values_is_told_without_any_precision(english: Results, verdict: str) -> None:
    ranks = {"estimand": "location_shift", "estimate": 0.0, "conf_low": -0.1, "conf_high": 0.0, "effect": -0.2, "note": "shift_of_ties"}
    results = changed(english, "main", "leaving", **ranks, covariates="", verdict=verdict)
    [row] = rows_of(results.rows(analysis="main", outcome="leaving"))
    said = conclusion(results, Outcome(row, None, None, None, None, None))
    assert "Many pairs of people have equal values" in said
    assert not re.search(r"compatible|lie outside|lies beyond|cannot be said", said)
    assert verdict == "cannot_tell" or "turnover intention tends to be lower among participants than among other employees" in said


def test_a_difference_is_called_adjusted_only_for_what_it_adjusts_for(english: Results) -> None:
    for covariates, brief, whole in (
        ("leaving@t1 age", "Difference adjusted for baseline: ", "Difference adjusted for leaving (baseline) and age: "),
        ("age leaving@t2", "Adjusted difference: ", "Difference adjusted for age and leaving (follow-up): "),
        ("", "Difference: ", "Difference without adjustment: "),
    ):
        results = changed(english, "main", "leaving", covariates=covariates)
        outcome = first(results)
        assert brief in brief_finding(results, outcome)
        assert whole.lower() in numbers(results, outcome).lower().replace("turnover intention", "leaving")
        assert ("alike in" in conclusion(results, outcome)) == bool(covariates)


def test_a_withheld_result_gives_its_reason_and_no_number(english: Results) -> None:
    results = changed(english, "main", "leaving", estimate=float("nan"), conf_low=float("nan"), conf_high=float("nan"), p_value=float("nan"), p_adjusted=float("nan"), verdict="", note="withheld_small_group")  # fmt: skip
    assert conclusion(results, first(results)) == "There is no result to show (too few people)."


@pytest.mark.parametrize("code", ["withheld_small_group", "withheld_small_cell", "withheld_detail", "constant_outcome"])
def test_a_reason_inside_a_sentence_does_not_say_again_that_something_is_not_shown(english: Results, swedish: Results, code: str) -> None:
    for results in (english, swedish):
        [note] = note_texts(results, code)
        assert why_absent(results, [code, code]) == note.removeprefix("not shown: ").removeprefix("visas inte: ")


def test_both_differences_are_given_with_their_intervals_and_what_was_adjusted_for(english: Results) -> None:
    said = numbers(english, first(english))
    assert "Raw difference, participants minus other employees: −0.20 (95% CI −0.55 to 0.15)." in said
    assert "Difference adjusted for turnover intention (baseline) and age: −0.42 (95% CI −0.71 to −0.13)." in said
    assert "2 outcomes are tested together" in said


def test_groups_that_started_apart_explain_why_raw_and_adjusted_part(english: Results) -> None:
    rows = english.estimates["analysis"].eq("description") & english.estimates["outcome"].eq("leaving")
    before = english.estimates[rows].assign(wave="t1")
    before["estimate"] = before["estimate"] + 0.3
    import pandas as pd

    results = replace(english, estimates=pd.concat([english.estimates, before], ignore_index=True))
    assert story(results, first(results)).startswith(
        "In turnover intention, the raw and the adjusted difference do not tell the same story: the adjusted one takes"
    )
    apart = changed(results, "balance", "leaving", estimate=0.5)
    said = story(apart, first(apart))
    assert "The groups differed from the outset (baseline): participants 3.10, other employees 3.05 (standardised difference 0.50)." in said
    assert "Participants: from 3.10 to 2.80; other employees: from 3.05 to 2.75" in said
    assert stories_explained(results, [first(results)]) == []
    [told] = stories_explained(apart, [first(apart)])
    assert "comes by itself" in told
    assert "Not everybody answered both times" not in told
    [told] = stories_explained(with_facts(apart, design="randomised"), [replace(first(apart), same_people=False)])
    assert "chance too" in told
    assert "Not everybody answered both times" in told


def test_estimates_that_agree_need_no_story(english: Results) -> None:
    agreeing = changed(english, "raw_means", "leaving", estimate=-0.4, conf_low=-0.7, conf_high=-0.1)
    assert story(agreeing, first(agreeing)) == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_selection_attrition_and_the_plan_are_weighed_in_when_they_apply(language: str) -> None:
    results = made_up_results(language)
    with_plan, without_plan = weighed_in(results), weighed_in(with_facts(results, plan={"locked": False}))
    assert results.say("limit.unmeasured.lead") in with_plan
    assert results.say("limit.deviations.lead") in with_plan
    assert results.say("limit.unlocked.lead") not in with_plan
    assert results.say("limit.unlocked.lead") in without_plan
    chosen_by_lot = weighed_in(with_facts(results, design="randomised"))
    assert results.say("limit.unmeasured.lead") not in chosen_by_lot


def test_few_clusters_are_named_without_terms_of_statistics(english: Results) -> None:
    results = changed(english, "main", "leaving", n_clusters=12, df=6.25, note="single_group_clusters")
    said = weighed_in(results)
    assert "The answers come from 12 clusters" in said
    assert "degrees of freedom" not in said
    assert "Some clusters have respondents from one group only" in said


def test_an_outcome_without_a_measurement_before_is_named(english: Results) -> None:
    results = with_facts(english, primary_outcomes=[{"outcome": "moved", "wave": "t2"}])
    assert "For changed job there is no measurement beforehand" in weighed_in(results)


def test_simulated_answers_are_the_first_thing_that_shows_nothing(swedish: Results) -> None:
    assert plain_text(not_shown(swedish, [])).startswith("Någonting om verkliga människor")
    real = with_facts(swedish, simulated=False)
    assert "verkliga människor" not in plain_text(not_shown(real, []))


def test_only_methods_that_were_used_are_described_and_cited(english: Results) -> None:
    used = methods_used(english)
    assert {"welch", "adjusted", "holm", "curve"} <= set(used)
    assert not {"rank", "cr2", "reporting_randomised"} & set(used)
    assert "Kaplan, E. L." in plain_text(references_text(english))
    assert "Mann, H. B." not in plain_text(references_text(english))


def test_every_reference_belongs_to_a_method_and_is_in_order_of_author() -> None:
    assert {key for method in METHODS.values() for key in method.references} == set(REFERENCES)
    assert list(REFERENCES.values()) == sorted(REFERENCES.values(), key=str.casefold)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_method_with_a_reference_names_its_year(language: str) -> None:
    results = made_up_results(language)
    for name, method in METHODS.items():
        text = results.say_with(f"method.{name}.text", {"base": 6, "cell": 3, "reasons": ""})
        for key in method.references:
            year = re.search(r"\((\d{4})\)", REFERENCES[key])
            assert year is not None
            assert year[1] in text, (name, key)


def test_the_headline_groups_outcomes_by_verdict_with_decided_ones_first(english: Results) -> None:
    assert headline(english, primary_outcomes(english)) == (
        "Better among participants than among other employees: turnover intention (lower). "
        "We cannot say whether participants differ from other employees in double lock-in."
    )


def test_groups_are_said_as_the_study_says_them(swedish: Results) -> None:
    said = {"participant": {"sv": "deltagarna", "en": "x"}, "control": {"sv": "de andra", "en": "y"}}
    results = with_facts(swedish, sample=swedish.facts["sample"] | {"said": said})
    line = headline(results, primary_outcomes(results))
    assert "Bättre bland deltagarna än bland de andra: " in line
    assert "Vi kan inte säga om deltagarna skiljer sig från de andra i " in line
    only_one = with_facts(swedish, sample=swedish.facts["sample"] | {"said": {"participant": said["participant"]}})
    assert "Bättre bland deltagarna än i gruppen övriga anställda: " in headline(only_one, primary_outcomes(only_one))


def test_other_outcomes_are_told_apart_from_the_primary_ones(english: Results) -> None:
    said = secondary_headline(english, primary_outcomes(english))
    assert said == (
        "Other outcomes, which do not settle the question. "
        "Better among participants than among other employees: career steps (higher). Could not be computed: changed job."
    )
    assert secondary_headline(with_facts(english, analyses=[]), []) == ""


def test_a_missing_baseline_skews_a_chosen_comparison_but_only_blurs_a_randomised_one(english: Results) -> None:
    primary = [{"outcome": "moved", "wave": "t2"}]
    chosen = weighed_in(with_facts(english, primary_outcomes=primary))
    drawn = weighed_in(with_facts(english, primary_outcomes=primary, design="randomised"))
    assert "no account can be taken" in chosen
    assert "no account can be taken" not in drawn
    assert "formed at random" in drawn


def test_methods_behind_numbers_that_are_not_shown_are_not_listed(english: Results) -> None:
    attrition_only = english.estimates.assign(note=[("fisher_used" if role == "" else "") for role in english.estimates["role"]])
    assert "fisher" in methods_used(english)
    assert "fisher" not in methods_used(replace(english, estimates=attrition_only))
    without = english.distributions[english.distributions["exhibit"] != "experience"]
    assert "wilson" in methods_used(english)
    assert "wilson" not in methods_used(replace(english, distributions=without))


def with_items(results: Results, alpha: float, **rests: float) -> Results:
    """Give the measure of leaving an alpha at baseline, and its questions their correlations with the rest."""
    made = changed(results, "measurement", "leaving", estimate=alpha)
    [row] = made.estimates[made.estimates["analysis"].eq("measurement") & made.estimates["wave"].eq("t1")].to_dict("records")
    numbers = {"conf_low": float("nan"), "conf_high": float("nan")}
    items = [row | numbers | {"estimand": "item_rest_correlation", "term": item, "estimate": rest} for item, rest in rests.items()]
    items += [row | numbers | {"estimand": "alpha_if_dropped", "term": item, "estimate": 0.7} for item in rests]
    added = pd.DataFrame(items, columns=made.estimates.columns).astype(made.estimates.dtypes)
    estimates = pd.concat([made.estimates, added], ignore_index=True)
    return replace(made, estimates=estimates)


def test_a_negative_alpha_is_explained_and_its_question_named(english: Results) -> None:
    assert scale_warnings(english) == []
    [said] = [one for one in scale_warnings(with_items(english, -1.2, l_1=-0.6, l_2=0.1)) if "baseline" in one]
    assert "alpha is negative (−1.20)" in said
    assert "“I often think of leaving” runs against the other questions (correlation with them −0.60)" in said
    assert "<stay>" not in said
    assert said.endswith("Without it alpha is 0.70.")


def test_a_question_that_goes_against_the_rest_is_named_also_where_alpha_is_not_negative(english: Results) -> None:
    [said] = [one for one in scale_warnings(with_items(english, 0.4, l_1=-0.31, l_2=-0.29)) if "baseline" in one]
    assert "negative (" not in said
    assert "run against the other questions (correlation with them down to −0.31)" in said
    assert said.count("“") == 2
    assert "Without it" not in said
    assert [one for one in scale_warnings(with_items(english, 0.4, l_1=0.02, l_2=0.5)) if "baseline" in one] == []


def test_a_negative_alpha_without_what_its_questions_add_is_explained_all_the_same(english: Results) -> None:
    [said] = [one for one in scale_warnings(with_items(english, -0.2)) if "baseline" in one]
    assert said.endswith("Most often a question is turned the wrong way round.")


def test_the_table_of_questions_shows_what_each_adds(english: Results) -> None:
    assert items_table(english) is None
    table = items_table(with_items(english, 0.4, l_1=-0.31, l_2=0.2))
    assert table is not None
    assert [[cell.text for cell in line.cells] for line in table.lines] == [[], ["−0.31", "0.70"], ["0.20", "0.70"]]


def test_one_imbalance_is_spoken_of_in_the_singular(english: Results) -> None:
    small = changed(english, "balance", "age", estimate=0.01)
    rows = small.estimates["analysis"].eq("balance") & small.estimates["estimand"].eq("standardised_difference")
    one = replace(small, estimates=small.estimates.assign(estimate=small.estimates["estimate"].mask(rows, 0.02)))
    first_row = one.estimates.index[rows][0]
    one.estimates.loc[first_row, "estimate"] = 0.3
    assert "1 standardised difference is larger" in " ".join(balance_sentences(one))


def test_a_hundred_per_cent_by_construction_is_not_shown_as_a_good_response(english: Results) -> None:
    nobody_lost = replace(english, flow=english.flow[english.flow["node"] != "no_answer"])
    assert "complete answers only" not in " ".join(flow_sentences(english))
    assert "complete answers only" in " ".join(flow_sentences(nobody_lost))
    few = replace(english, flow=english.flow.assign(n=english.flow["n"].mask(english.flow["kind"] == "loss")))
    assert "complete answers only" not in " ".join(flow_sentences(few))


def test_the_evidence_is_marked_by_what_the_design_can_carry_with_reasons(english: Results) -> None:
    main = changed(english, "main", "leaving", n=60, n_missing=20)
    opinion = {"packages": {"other": "1"}, "recomputed": 40, "numbers": 50, "held": 0, "without": {}}
    said = plain_text(evidence(with_facts(main, second_opinion=opinion), [first(main)]))
    assert said.startswith("How sure this is. Shows differences, not causes Those compared chose for themselves")
    assert "rests on 60" in said
    assert "25% are missing from the main results" in said
    assert "Another program computed 40 of 50 numbers and got the same." in said
    assert "Another program" not in plain_text(evidence(with_facts(main, second_opinion=opinion | {"held": 1}), [first(main)]))
    assert "missing" not in plain_text(evidence(changed(english, "main", "leaving", n_missing=0), []))
    drawn = plain_text(evidence(with_facts(main, design="randomised"), []))
    assert "Randomised comparison Who was offered what was decided at random." in drawn


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answer_comes_first_then_its_figure_what_was_found_and_how_sure_it_is(language: str) -> None:
    section = GroupComparison(made_up_results(language)).summary()
    assert section is not None
    answer, hero, found, sure = section.parts
    assert isinstance(hero, Figure) and hero.name == "hero"
    for part, mark in ((answer, "lead answer"), (found, "findings"), (sure, "evidence")):
        assert isinstance(part, Words) and f'class="{mark}"' in part.html


def test_who_wrote_the_report_stands_under_its_title_and_how_to_cite_it_with_the_design() -> None:
    head = {
        "date": "2025-06-30",
        "authors": ["A. Ek", "B. Alm"],
        "commissioner": {"sv": "Verket", "en": "The agency"},
        "contact": None,
        "version": "2",
    }
    results = made_up_results("en")
    signed = replace(results, facts={**results.facts, "reports": [{**one, "head": head} for one in results.facts["reports"]]})
    byline, cited = head_sentences(signed)
    assert byline == "By A. Ek and B. Alm · 2025-06-30 · Version 2 · Commissioned by The agency"
    assert cited == "Cite the report as: A. Ek and B. Alm (2025). Made-up study. Version 2. Commissioned by The agency."
    assert byline in title_block(signed) and cited in question_and_design(signed)
    assert head_sentences(results) == []
