"""Studies at the edge of what people declare and export: each still becomes a report that claims no more than it has."""

import html
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import fisher_exact

from pipeline.errors import ResearcherError
from pipeline.paths import Paths
from pipeline.render import report
from pipeline.render.results import Results
from pipeline.render.section import Section
from pipeline.render.wording.scales import scale_warnings
from pipeline.spec.study import Study
from pipeline.spec.vocabulary import LANGUAGES
from pipeline.tables.frames import read_table
from pipeline.tables.glossary import ESTIMATES
from tests.conftest import ROOT
from tests.miniature import ANSWERS, CODEBOOK, both, miniature, source
from tests.one_group import WAVES, Person, declared, everybody, one_group, people
from tests.report_pages import words_only
from tests.stages.project import build_tables

pytestmark = pytest.mark.slow

ANSWERS_IN_ORDER = ("Aldrig", "Ibland", "Ofta")
NASTY = "<script>alert('x')</script> {count} {0} %s **fet** \"åäö\" & " + "mycket lång " * 10
SECTIONS = re.findall(r"\br\.(\w+)\(\)", (ROOT / "notebooks" / "group_comparison.ipynb").read_text(encoding="utf-8"))
MAIN = {"id": "main", "role": "primary", "label": both("Calmness after")}
ADJUSTED = {**MAIN, "estimator": "adjusted", "outcomes": ["calmness@t2"]}
RAW = {**MAIN, "estimator": "welch", "outcomes": ["calmness@t2"]}


def before(people: int, participants: int) -> str:
    """Write the first questionnaire; the first people are participants."""
    rows = [f"P{n};{'Ja' if n < participants else 'Nej'};{25 + 7 * n % 40};{ANSWERS_IN_ORDER[n % 3]};" for n in range(people)]
    return "\n".join(["nr;grupp;ålder;lugn;kommentar", *rows, ""])


def after(people: int, participants: int, answer: str = "") -> str:
    """Write the follow-up; one answer for all, or answers that vary with the number."""
    rows = [
        f"P{n};{'Ja' if n < participants else 'Nej'};{answer or ANSWERS_IN_ORDER[n * n % 3]};{'Ja' if n % 2 else 'Nej'};2024-03-01"
        for n in range(people)
    ]
    return "\n".join(["nr;grupp;lugn;arbete;dag", *rows, ""])


def files(people: int, participants: int, follow_up: str | None = None) -> dict[str, str]:
    return {"before.csv": before(people, participants), "after.csv": after(people, participants) if follow_up is None else follow_up}


def texts_of(root: Path, study: Study) -> dict[str, str]:
    """Build a study down to its release, and give the words of every section of its report by language.

    Figures are drawn in one of them: they differ in their letters only.
    """
    build_tables(study.id, root)
    swedish = _words(study.paths, "sv")
    with words_only():
        return {"sv": swedish, "en": _words(study.paths, "en")}


def _words(paths: Paths, language: str) -> str:
    opened = report.group_comparison(paths.study, language, str(paths.release))
    shown = [part for name in SECTIONS if (part := getattr(opened, name)()) is not None]
    parts = [one for part in shown for one in (part.parts if isinstance(part, Section) else (part,))]
    bundles = [part._repr_mimebundle_() for part in parts]
    told = [bundle if isinstance(bundle, dict) else {"words": str(bundle[1]), **bundle[0]} for bundle in bundles]
    drawn = [data["text/plain"] for data in told if "image/svg+xml" in data]
    markup = " ".join([*(data.get("text/html") or data["words"] for data in told), *drawn])
    assert "<script" not in " ".join(data.get("text/html", "") for data in told)
    return html.unescape(re.sub(r"<[^>]*>", " ", markup))


def lost(group: list[Person]) -> list[Person]:
    """Let nobody answer after the first wave."""
    return [replace(one, calm={"start": one.calm["start"]}, status={"start": one.status["start"]}) for one in group]


ODD_GROUPS = {
    "three people": people(3),
    "one house": everybody(people(30), house="H1"),
    "everybody lost": lost(people(30)),
    "one answer to everything": everybody(people(30), calm=dict.fromkeys(WAVES, "3"), status=dict.fromkeys(WAVES, "work")),
    "no event": everybody(people(30), ended="not_yet"),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ODD_GROUPS)
def test_one_group_where_lower_is_better_is_released_however_few_or_alike(tmp_path: Path, name: str) -> None:
    turned = [{**one, "direction": "lower"} for one in declared()["measures"]]
    units = [{"name": "person", "id": "person", "label": both("people"), "cluster": "house"}, declared()["units"][1]]
    study = one_group(tmp_path, ODD_GROUPS[name], measures=turned, units=units)
    build_tables(study.id, tmp_path)
    assert json.loads((study.paths.release / "release.json").read_text(encoding="utf-8"))["contradicted"] == []


def test_three_people_are_reported_without_a_number_on_any_of_them(tmp_path: Path) -> None:
    texts = texts_of(tmp_path, miniature(tmp_path, files(3, 1)))
    assert "Could not be computed: calmness." in texts["en"]
    assert not re.search(r"95\s*% (CI|KI) [−\d]", texts["en"] + texts["sv"])


def test_a_follow_up_that_nobody_answered_is_said_to_be_empty(tmp_path: Path) -> None:
    analyses = [{**ADJUSTED, "covariates": ["calmness@t1"]}, {**ADJUSTED, "id": "by_work", "role": "exploratory", "by": ["work"]}]
    codebook = CODEBOOK.replace(
        "select_one,work,person,,yes_no,,,Arbete,Work,,arbete", "select_one,work,person,yes,yes_no,,,Arbete,Work,,arbete"
    )
    tests = {"id": "tests", "sources": ["after"], "variable": "person", "values": ["TEST"], "label": both("test rows")}
    rows = "nr;grupp;lugn;arbete;dag\nTEST;Ja;Ofta;Ja;2024-03-01\n"
    study = miniature(tmp_path, files(40, 15, rows), codebook=codebook, analyses=analyses, exclusions=[tests])
    texts = texts_of(tmp_path, study)
    assert "There is no result to show (one group has no answers)." in texts["en"]
    assert "Det finns inget resultat att visa (den ena gruppen saknar svar)." in texts["sv"]


def test_an_outcome_that_is_the_same_for_all_gets_no_verdict_on_which_group_is_better(tmp_path: Path) -> None:
    texts = texts_of(tmp_path, miniature(tmp_path, files(60, 25, after(60, 25, "Ofta"))))
    assert not re.search(r"Better|Worse|Equivalent", texts["en"])


def test_one_wave_is_never_said_to_be_adjusted_for_baseline(tmp_path: Path) -> None:
    study = miniature(
        tmp_path,
        files(60, 25),
        codebook="\n".join(line.rpartition(",")[0] for line in CODEBOOK.splitlines() if not line.startswith(("date", "select_one,work"))),
        waves=[{"name": "t1", "label": both("now")}],
        sources=[source("before", wave="t1")],
        balance={"covariates": ["age"]},
        analyses=[{**ADJUSTED, "outcomes": ["calmness@t1"], "covariates": ["age"]}],
    )
    texts = texts_of(tmp_path, study)
    assert "Adjusted difference: " in texts["en"]
    assert not re.search("adjusted for baseline|läget före", texts["en"] + texts["sv"])


def test_an_adjustment_for_nothing_is_called_no_adjustment(tmp_path: Path) -> None:
    by_work = {**ADJUSTED, "id": "by_work", "role": "exploratory", "by": ["work"]}
    codebook = CODEBOOK.replace("select_one,work,person,,", "select_one,work,person,yes,")
    texts = texts_of(tmp_path, miniature(tmp_path, files(60, 25), codebook=codebook, analyses=[ADJUSTED, by_work]))
    assert "Difference without adjustment: " in texts["en"]
    assert "Skillnad utan justering: " in texts["sv"]
    assert "Nothing is adjusted for." in texts["en"]
    assert "The groups' values and the differences (participants minus controls) are raw." in texts["en"]
    assert not re.search(r"(justerad|justerade|adjusted) f[oö]r\s*[:,]|at most ,|högst ,", texts["en"] + texts["sv"], re.IGNORECASE)


def test_questions_to_both_groups_are_not_called_questions_to_participants(tmp_path: Path) -> None:
    exhibits = [{"id": "said", "kind": "experience", "label": both("What was said"), "outcomes": ["calm"]}]
    texts = texts_of(tmp_path, miniature(tmp_path, files(60, 25), exhibits=exhibits))
    assert "Calm (Participants, after)" in texts["en"]
    assert "Only participants were asked" not in texts["en"]


def test_any_text_and_any_group_code_reach_the_report_as_they_are(tmp_path: Path) -> None:
    study = miniature(
        tmp_path,
        files(60, 25),
        answers=ANSWERS.replace("group,participant", "group,Arm-1").replace("group,control", "group,0").replace("Sometimes", NASTY.replace('"', "'").replace(",", "")),
        sample={"unit": "person", "group": "group", "participant": "Arm-1", "control": "0"},
        title=both(NASTY),
        participant_label=both(NASTY + "deltagare"),
        analyses=[{**RAW, "label": both(NASTY)}],
    )  # fmt: skip
    texts = texts_of(tmp_path, study)
    for language in LANGUAGES:
        assert NASTY.strip() in texts[language]


WORK = {
    "name": "in_work",
    "label": both("In work"),
    "unit": both("share"),
    "rule": "one_of",
    "items": ["work"],
    "counts": ["yes"],
    "direction": "higher",
}
IN_WORK = {"outcomes": ["in_work@t2"], "label": both("In work")}


def at_work(arms: dict[str, list[tuple[int, int]]]) -> dict[str, str]:
    """Write both waves of people in houses: per arm and house, how many of how many are in work afterwards."""
    houses = [(arm, did, total) for arm, counts in arms.items() for did, total in counts]
    people = [(arm, house, place < did) for house, (arm, did, total) in enumerate(houses) for place in range(total)]
    first = [f"P{n};{arm};{25 + 7 * n % 40};{ANSWERS_IN_ORDER[n % 3]};;h{house}" for n, (arm, house, _) in enumerate(people)]
    second = [f"P{n};{arm};{ANSWERS_IN_ORDER[n % 3]};{'Ja' if did else 'Nej'};2024-03-01" for n, (arm, _, did) in enumerate(people)]
    return {
        "before.csv": "\n".join(["nr;grupp;ålder;lugn;kommentar;hus", *first, ""]),
        "after.csv": "\n".join(["nr;grupp;lugn;arbete;dag", *second, ""]),
    }


def with_houses(root: Path, arms: dict[str, list[tuple[int, int]]], cluster: str | None, analyses: list[dict]) -> Study:
    count = sum(len(counts) for counts in arms.values())
    sample = {"unit": "person", "group": "group", "participant": "participant", "control": "control"}
    return miniature(
        root,
        at_work(arms),
        codebook=CODEBOOK + "select_one,house,person,yes,house,,,Hus,House,hus,\n",
        answers=ANSWERS + "".join(f"house,h{n},h{n},Hus {n},House {n},\n" for n in range(count)),
        sample=sample | ({"cluster": cluster} if cluster else {}),
        measures=[WORK],
        balance={"covariates": ["age"]},
        analyses=analyses,
    )


HOUSES = {
    "Ja": [(19, 20), (18, 20), (18, 20), (4, 20), (6, 20), (17, 20)],
    "Nej": [(14, 20), (6, 20), (3, 20), (12, 20), (4, 20), (11, 20)],
}


def test_a_trial_of_houses_is_not_decided_as_if_people_were_independent(tmp_path: Path) -> None:
    analyses = [{**MAIN, **IN_WORK, "estimator": "adjusted"}, {**IN_WORK, "id": "raw", "role": "secondary", "estimator": "risk_difference"}]
    study = with_houses(tmp_path, HOUSES, "house", analyses)
    texts = texts_of(tmp_path, study)
    rows = read_table(study.paths.processed / "estimates.csv", ESTIMATES).set_index(["analysis", "estimand"])
    main, raw = rows.loc[("main", "adjusted_risk_difference")], rows.loc[("raw", "risk_difference")]
    assert (main["verdict"], raw["verdict"], raw["note"]) == ("cannot_tell", "", "clusters_ignored")
    assert raw["p_value"] < 0.001
    assert main["p_value"] > 0.05
    assert not re.search(r"\bBetter\b|\bbetter for\b", texts["en"])
    assert "people in the same place may resemble each other" in texts["en"]
    assert "människor på samma ställe kan likna varandra" in texts["sv"]


def test_a_primary_raw_comparison_in_houses_is_refused_with_what_can_be_chosen(tmp_path: Path) -> None:
    study = with_houses(tmp_path, HOUSES, "house", [{**MAIN, **IN_WORK, "estimator": "risk_difference"}])
    with pytest.raises(ResearcherError, match="for a share in clusters: adjusted"):
        build_tables(study.id, tmp_path)


def test_an_arm_where_nobody_did_is_led_by_the_exact_raw_comparison(tmp_path: Path) -> None:
    arms = {"Ja": [(0, 100)], "Nej": [(12, 300)]}
    study = with_houses(tmp_path, arms, None, [{**MAIN, **IN_WORK, "estimator": "adjusted", "covariates": ["age"]}])
    texts = texts_of(tmp_path, study)
    rows = read_table(study.paths.processed / "estimates.csv", ESTIMATES).query("analysis == 'main'").set_index("estimand")
    modelled, exact = rows.loc["adjusted_risk_difference"], rows.loc["risk_difference"]
    assert (modelled["note"], modelled["verdict"], pd.isna(modelled["conf_low"])) == ("few_events", "", True)
    expected = fisher_exact([[0, 100], [12, 288]]).pvalue
    assert (exact["estimate"], exact["p_value"]) == (-12 / 300, pytest.approx(expected))
    assert exact["verdict"] == ("worse" if expected < 0.05 else "cannot_tell")
    assert "fewer than five had, or lacked, the outcome in one group" in texts["en"]
    assert "−4.0 percentage points (95% CI −6.9 to 0.1)" in texts["en"]
    assert "färre än fem hade, eller saknade, utfallet" in texts["sv"]


@pytest.mark.parametrize(("locked", "said"), [(False, "No plan"), (True, "None: the analysis was made as the locked plan says")])
def test_a_plan_or_the_lack_of_one_is_said(tmp_path: Path, locked: bool, said: str) -> None:
    from pipeline.stages.build import lock_plan

    study = miniature(tmp_path, files(40, 15))
    if locked:
        lock_plan(study.id, tmp_path)
    assert said.lower() in texts_of(tmp_path, study)["en"].lower()


def test_a_policy_that_withholds_everything_leaves_a_report_that_says_so(tmp_path: Path) -> None:
    texts = texts_of(tmp_path, miniature(tmp_path, files(60, 25), disclosure={"minimum_base": 500, "minimum_cell": 500}))
    assert "There is no result to show (too few people)." in texts["en"]
    assert "None of 0" not in texts["en"]


def test_houses_where_nobody_did_in_one_arm_get_no_verdict_and_the_reason(tmp_path: Path) -> None:
    arms = {"Ja": [(0, 20)] * 5, "Nej": [(9, 20), (12, 20), (4, 20), (15, 20), (6, 20)]}
    texts = texts_of(tmp_path, with_houses(tmp_path, arms, "house", [{**MAIN, **IN_WORK, "estimator": "adjusted"}]))
    assert "No verdict can be given: in work." in texts["en"]
    assert re.search(r"No verdict is given on [^.]+: people in the same place may resemble each other", texts["en"])
    assert re.search(r"Om [^.]+ ges inget omdöme: människor på samma ställe kan likna varandra", texts["sv"])


SCALE = """\
type,name,unit,fixed,answers,constraint,classes,label::sv,label::en,raw_name::one
id,person,person,yes,,,,Nummer,Number,nr
select_one,group,person,yes,group,,,Grupp,Group,grupp
rating,one,person,,four,,,Jag vill gå,I want to go,ett
rating,two,person,,four,,,Jag tänker gå,I think of going,två
rating,three,person,,four,,,Jag stannar gärna,I gladly stay,tre
"""


@pytest.mark.parametrize("turned", [True, False])
def test_a_negative_alpha_names_the_question_that_is_probably_not_reversed(tmp_path: Path, turned: bool) -> None:
    draw = np.random.default_rng(1)
    rows = []
    for place in range(400):
        want = int(draw.integers(1, 5))
        near = [min(4, max(1, want + int(step))) for step in draw.integers(-1, 2, 2)]
        rows.append(f"P{place};{'Ja' if place % 2 else 'Nej'};{near[0]};{near[1]};{5 - want if turned else want}")
    scale = {"name": "leaving", "label": both("Leaving"), "unit": both("1-4"), "rule": "mean_of_items", "items": ["one", "two", "three"]}
    study = miniature(
        tmp_path,
        {"one.csv": "\n".join(["nr;grupp;ett;två;tre", *rows, ""])},
        codebook=SCALE,
        answers=ANSWERS + "".join(f"four,{code},{code},{code},{code},\n" for code in range(1, 5)),
        waves=[{"name": "t1", "label": both("now")}],
        sources=[source("one", wave="t1")],
        measures=[scale],
        balance={"covariates": []},
        analyses=[{"id": "main", "role": "primary", "estimator": "welch", "outcomes": ["leaving@t1"], "label": both("L")}],
    )
    build_tables(study.id, tmp_path)
    for language, question in (("en", "I gladly stay"), ("sv", "Jag stannar gärna")):
        warnings = " ".join(scale_warnings(Results.load(study.paths.release, language)))
        assert (question in warnings) == turned
        assert not turned or {"en": "A negative alpha means", "sv": "negativt alfa"}[language] in warnings
