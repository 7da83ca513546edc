"""A small made-up release: every kind of row that a report can meet, also withheld and merged ones.

Numbers are arbitrary but consistent enough to read. Built through ``table_of``,
so a row that the glossary would refuse cannot be in it.
"""

import pandas as pd

from pipeline.render.results import Results
from pipeline.tables.frames import table_of
from pipeline.tables.glossary import DEVIATIONS, DISTRIBUTIONS, ESTIMATES, FLOW, LABELS

STUDY = "made_up"
GROUPS = ("participant", "control")
N = {"participant": 40, "control": 60}

FACTS = {
    "study": STUDY,
    "design": "self_selected",
    "simulated": True,
    "seed": 7,
    "sample": {"unit": "person", "group": "group", "participant": "participant", "control": "control", "cluster": None},
    "waves": [{"name": "t1", "asked_of": []}, {"name": "talks", "asked_of": ["participant"]}, {"name": "t2", "asked_of": []}],
    "sources": [
        {"name": "baseline", "unit": "person", "wave": "t1"},
        {"name": "talks", "unit": "person", "wave": "talks"},
        {"name": "followup", "unit": "person", "wave": "t2"},
        {"name": "register", "unit": "person", "wave": None},
    ],
    "primary_outcomes": [{"outcome": "leaving", "wave": "t2"}, {"outcome": "locked", "wave": "t2"}],
    "analyses": [
        {"id": "main", "role": "primary", "planned": True, "estimator": "adjusted", "outcomes": ["leaving@t2", "locked@t2"], "covariates": ["leaving@t1", "age"], "by": [], "restrict": {}, "family": "primary", "group": None, "contrast": None, "smallest_difference": {"leaving@t2": 0.3}, "confidence": 0.95, "cluster": True},
        {"id": "raw_means", "role": "secondary", "planned": True, "estimator": "welch", "outcomes": ["leaving@t2", "steps@t2"], "covariates": [], "by": [], "restrict": {}, "family": None, "group": None, "contrast": None, "smallest_difference": {}, "confidence": 0.95, "cluster": True},
        {"id": "raw_shares", "role": "secondary", "planned": True, "estimator": "risk_difference", "outcomes": ["locked@t2", "moved@t2"], "covariates": [], "by": [], "restrict": {}, "family": None, "group": None, "contrast": None, "smallest_difference": {}, "confidence": 0.95, "cluster": True},
        {"id": "only_locked", "role": "exploratory", "planned": False, "estimator": "adjusted", "outcomes": ["leaving@t2"], "covariates": ["leaving@t1"], "by": [], "restrict": {"locked@t1": ["1"]}, "family": None, "group": None, "contrast": None, "smallest_difference": {}, "confidence": 0.95, "cluster": True},
        {"id": "by_sex", "role": "exploratory", "planned": True, "estimator": "adjusted", "outcomes": ["leaving@t2"], "covariates": ["leaving@t1"], "by": ["sex"], "restrict": {}, "family": None, "group": None, "contrast": None, "smallest_difference": {}, "confidence": 0.95, "cluster": True},
    ],
    "measures": [
        {"name": "leaving", "kind": "number", "rule": "mean_of_items", "direction": "lower", "items": ["l_1", "l_2"], "reversed": ["l_2"], "minimum_answered": 1.0, "waves": ["t1", "t2"]},
        {"name": "locked", "kind": "share", "rule": "double_lock_in", "direction": "lower", "items": ["p_w", "p_o"], "reversed": [], "minimum_answered": 1.0, "waves": ["t1", "t2"]},
        {"name": "lock_class", "kind": "category", "categories": ["none", "one", "double"], "rule": "lock_in", "direction": "neither", "items": ["p_w", "p_o"], "reversed": [], "minimum_answered": 1.0, "waves": ["t1", "t2"]},
        {"name": "steps", "kind": "number", "rule": "count_of", "direction": "higher", "items": ["s_plan", "s_cv"], "reversed": [], "minimum_answered": 1.0, "waves": ["t2"]},
        {"name": "moved", "kind": "share", "rule": "one_of", "direction": "higher", "items": ["mobility"], "reversed": [], "minimum_answered": 1.0, "waves": ["t2"]},
    ],
    "variables": [
        {"name": "sex", "type": "select_one", "unit": "person", "fixed": True, "waves": [], "answers": ["man", "woman"]},
        {"name": "age", "type": "integer", "unit": "person", "fixed": True, "waves": [], "answers": []},
        {"name": "l_1", "type": "rating", "unit": "person", "fixed": False, "waves": ["t1", "t2"], "answers": ["1", "2", "3", "4", "5"]},
        {"name": "l_2", "type": "rating", "unit": "person", "fixed": False, "waves": ["t1", "t2"], "answers": ["1", "2", "3", "4", "5"]},
        {"name": "s_plan", "type": "select_one", "unit": "person", "fixed": False, "waves": ["t2"], "answers": ["yes", "no"]},
        {"name": "s_cv", "type": "select_one", "unit": "person", "fixed": False, "waves": ["t2"], "answers": ["yes", "no"]},
        {"name": "talk", "type": "rating", "unit": "person", "fixed": False, "waves": ["talks"], "answers": ["1", "2", "3", "4", "5"]},
        {"name": "talk_useful", "type": "select_one", "unit": "person", "fixed": False, "waves": ["talks"], "answers": ["yes", "no"]},
    ],
    "exhibits": [
        {"id": "lock_change", "kind": "transition", "outcomes": ["lock_class"], "waves": ["t1", "t2"], "grid": []},
        {"id": "said", "kind": "experience", "outcomes": ["talk", "talk_useful"], "waves": [], "grid": []},
        {"id": "job_change", "kind": "curve", "outcomes": [], "waves": [], "grid": [0, 6, 12], "time": "months", "event": "end", "event_codes": ["changed"]},
    ],
    "balance": ["sex", "age", "leaving@t1"],
    "reports": [{"id": "group_comparison", "template": "group_comparison", "languages": ["sv", "en"]}],
    "disclosure": {"minimum_base": 6, "minimum_cell": 3, "withheld": {"estimates": 1, "distributions": 2}},
    "plan": {"locked": True, "sha256": "ab" * 32, "deviations": 1},
    "source_url": "https://example.org/data",
    "provenance": {
        "raw": [{"source": "baseline", "sha256": "cd" * 32}, {"source": "followup", "sha256": "ef" * 32}],
        "declaration_sha256": "12" * 32,
        "code_sha256": "34" * 32,
        "lock_sha256": "56" * 32,
        "versions": {"python": "3.11.7", "rorlighet": "0.1.0", "pandas": "3.0.0"},
    },
}  # fmt: skip

TEXTS = [
    ("study", "", "title", "Påhittad studie", "Made-up study"),
    ("study", "", "programme", "samtal", "talks"),
    ("study", "", "question", "Hjälper samtal?", "Do talks help?"),
    ("study", "", "setting", "Anställda vid en påhittad arbetsplats.", "Employees of a made-up workplace."),
    ("study", "", "source_note", "Påhittade svar.", "Made-up answers."),
    ("unit", "", "person", "anställda", "employees"),
    ("wave", "", "t1", "före", "baseline"),
    ("wave", "", "talks", "efter samtalen", "after the talks"),
    ("wave", "", "t2", "uppföljning", "follow-up"),
    ("group", "", "participant", "Deltagare", "Participants"),
    ("group", "", "control", "Övriga anställda", "Other employees"),
    ("group_label", "", "group", "Grupp", "Group"),
    ("variable", "", "sex", "Kön", "Sex"),
    ("variable", "", "age", "Ålder (år)", "Age (years)"),
    ("variable", "", "l_1", "Jag funderar ofta på att sluta", "I often think of leaving"),
    ("variable", "", "l_2", "Jag vill <stanna> här de närmaste åren", "I want to <stay> for the next few years"),
    ("variable", "", "s_plan", "Gjort plan", "Made a plan"),
    ("variable", "", "s_cv", "Uppdaterat CV", "Updated the CV"),
    ("variable", "", "months", "Månader till byte", "Months to job change"),
    ("variable", "", "talk", "Hur var samtalen?", "How were the talks?"),
    ("variable", "", "talk_useful", "Samtalen var till nytta", "The talks were useful"),
    ("answer", "end", "changed", "Bytt arbete", "Changed job"),
    ("answer", "sex", "man", "Man", "Man"),
    ("answer", "sex", "woman", "Kvinna", "Woman"),
    ("measure", "", "leaving", "Vilja att sluta", "Turnover intention"),
    ("measure", "", "locked", "Dubbel inlåsning", "Double lock-in"),
    ("measure", "", "lock_class", "Inlåsning", "Lock-in"),
    ("measure", "", "steps", "Steg mot förändring", "Career steps"),
    ("measure", "", "moved", "Bytt arbete", "Changed job"),
    ("measure_unit", "", "leaving", "medelvärde 1–5", "mean 1–5"),
    ("measure_unit", "", "steps", "antal av 2", "number of 2"),
    ("measure_unit", "", "locked", "andel", "share"),
    ("measure_unit", "", "moved", "andel", "share"),
    ("measure_unit", "", "lock_class", "klass", "class"),
    ("category", "lock_class", "none", "Inte inlåst", "Not locked in"),
    ("category", "lock_class", "one", "Inlåst på ett sätt", "Locked in in one way"),
    ("category", "lock_class", "double", "Dubbelt inlåst", "Doubly locked in"),
    ("analysis", "", "main", "Justerat för läget före", "Adjusted for baseline"),
    ("analysis", "", "raw_means", "Råa medelvärden", "Raw means"),
    ("analysis", "", "raw_shares", "Råa andelar", "Raw shares"),
    ("analysis", "", "only_locked", "Bara de som var inlåsta före", "Only those locked in at baseline"),
    ("analysis", "", "by_sex", "Efter kön", "By sex"),
    ("exhibit", "", "lock_change", "Inlåsning före och efter", "Lock-in before and after"),
    ("exhibit", "", "said", "Vad deltagarna säger", "What participants say"),
    ("exhibit", "", "job_change", "Tid till byte av arbete", "Time to job change"),
    ("exclusion", "", "test_rows", "testrader", "test rows"),
    *[("answer", name, code, sv, en) for name in ("l_1", "l_2") for code, sv, en in (("1", "Instämmer inte alls", "Do not agree at all"), ("2", "Instämmer till liten del", "Agree to a small extent"), ("3", "Instämmer delvis", "Agree in part"), ("4", "Instämmer till stor del", "Agree to a large extent"), ("5", "Instämmer helt", "Agree completely"))],
    *[("answer", "talk", code, sv, en) for code, sv, en in (("1", "Mycket negativt", "Very negative"), ("2", "Ganska negativt", "Rather negative"), ("3", "Varken eller", "Neither"), ("4", "Ganska positivt", "Rather positive"), ("5", "Mycket positivt", "Very positive"))],
    *[("answer", name, code, sv, en) for name in ("s_plan", "s_cv", "talk_useful") for code, sv, en in (("yes", "Ja", "Yes"), ("no", "Nej", "No"))],
]  # fmt: skip


def made_up_results(language: str) -> Results:
    """Give the release as ``Results.load`` would."""
    return Results(
        study=STUDY,
        language=language,
        facts=FACTS,
        estimates=table_of(ESTIMATES, estimates()),
        distributions=table_of(DISTRIBUTIONS, distributions()),
        flow=table_of(FLOW, flow()),
        labels=table_of(LABELS, labels()),
        deviations=table_of(DEVIATIONS, [{"study": STUDY, "key": "analyses.main.covariates", "before": '["leaving@t1"]', "after": '["leaving@t1", "age"]'}]),
        researcher_text="",
    )  # fmt: skip


def empty_results(language: str = "sv") -> Results:
    """Give a release in which nothing was made."""
    facts = {**FACTS, "analyses": [], "exhibits": [], "primary_outcomes": [], "balance": []}
    none = {table.name: table_of(table, []) for table in (ESTIMATES, DISTRIBUTIONS, FLOW, DEVIATIONS)}
    return Results(STUDY, language, facts, none["estimates"], none["distributions"], none["flow"], table_of(LABELS, labels()), none["deviations"], "")  # fmt: skip


def labels() -> list[dict]:
    return [
        {"study": STUDY, "language": language, "kind": kind, "parent": parent, "name": name, "text": text}
        for kind, parent, name, sv, en in TEXTS
        for language, text in (("sv", sv), ("en", en))
    ]


def _row(analysis: str, estimator: str, estimand: str, reference: str, term: str, **more: object) -> dict:
    outcome, _, wave = reference.partition("@")
    shared = {"study": STUDY, "unit": "person", "level": "all", "group_a": "participant", "group_b": "control"}
    keys = {"analysis": analysis, "estimator": estimator, "estimand": estimand, "outcome": outcome, "wave": wave, "term": term}
    return {**shared, **keys, **more}


def _difference(analysis: str, estimator: str, estimand: str, outcome: str, values: tuple[float, float, float], **more: object) -> dict:
    estimate, low, high = values
    unit = "share" if "risk" in estimand else "number"
    numbers = {"estimate": estimate, "conf_low": low, "conf_high": high, "confidence": 0.95, "measure_unit": unit}
    return _row(
        analysis, estimator, estimand, f"{outcome}@t2", "participant - control", **numbers, n=90, n_a=36, n_b=54, n_missing=10, **more
    )


def _group(analysis: str, estimand: str, reference: str, group: str, estimate: float, **more: object) -> dict:
    unit = "share" if estimand == "share" else "number"
    values = {"estimate": estimate, "measure_unit": unit, "n": N[group], "n_a": N[group], "group_a": group, "group_b": ""}
    estimator = "standardised_difference" if analysis == "balance" else "describe"
    return _row(analysis, estimator, estimand, reference, **{"term": group, **values, **more})


def estimates() -> list[dict]:
    primary = {"role": "primary", "family": "primary", "p_adjustment": "holm"}
    rows = [
        _difference("main", "adjusted", "adjusted_mean_difference", "leaving", (-0.42, -0.71, -0.13), p_value=0.004, p_adjusted=0.008, reference_value=0.3, verdict="better", covariates="leaving@t1 age", **primary),
        _difference("main", "adjusted", "adjusted_risk_difference", "locked", (-0.09, -0.26, 0.08), p_value=0.29, p_adjusted=0.29, verdict="cannot_tell", covariates="leaving@t1 age", **primary),
        _difference("raw_means", "welch", "mean_difference", "leaving", (-0.2, -0.55, 0.15), p_value=0.26, effect_kind="hedges_g", effect=-0.22, effect_low=-0.61, effect_high=0.17, role="secondary", verdict="cannot_tell"),
        _difference("raw_means", "welch", "mean_difference", "steps", (0.8, 0.5, 1.1), p_value=0.00001, effect_kind="hedges_g", effect=1.1, effect_low=0.7, effect_high=1.5, role="secondary", verdict="better"),
        _difference("raw_shares", "risk_difference", "risk_difference", "locked", (-0.02, -0.2, 0.16), p_value=0.8, role="secondary", verdict="cannot_tell", note="fisher_used"),
        _difference("raw_shares", "risk_difference", "risk_difference", "moved", (float("nan"),) * 3, role="secondary", note="withheld_small_cell"),
        {**_difference("raw_shares", "risk_difference", "risk_ratio", "locked", (0.96, 0.6, 1.5), role="secondary"), "measure_unit": "ratio", "term": "participant / control"},
        _difference("only_locked", "adjusted", "adjusted_mean_difference", "leaving", (-0.6, -1.2, 0.0), p_value=0.05, role="exploratory", note="df_below_4"),
        _difference("by_sex", "adjusted", "adjusted_mean_difference", "leaving", (-0.5, -0.9, -0.1), role="exploratory", level="sex=woman"),
        _difference("by_sex", "adjusted", "adjusted_mean_difference", "leaving", (-0.2, -0.7, 0.3), role="exploratory", level="sex=man"),
        _difference("by_sex", "adjusted", "interaction", "leaving", (-0.3, -0.9, 0.3), p_value=0.33, role="exploratory", level="sex=woman"),
        _row("balance", "standardised_difference", "standardised_difference", "age", "participant - control", estimate=0.25, measure_unit="index", n=100, note="denominator_average_variance"),
        _row("balance", "standardised_difference", "standardised_difference", "leaving@t1", "participant - control", estimate=0.04, measure_unit="index", n=100, note="denominator_average_variance"),
        _row("balance", "standardised_difference", "standardised_difference", "sex", "sex=woman: participant - control", estimate=-0.12, measure_unit="index", n=100, note="denominator_average_variance"),
        _row("balance", "standardised_difference", "standardised_difference", "sex", "sex=man: participant - control", estimate=0.12, measure_unit="index", n=100, note="denominator_average_variance"),
        _row("measurement", "alpha", "cronbach_alpha", "leaving@t1", "", estimate=0.81, conf_low=0.74, conf_high=0.87, confidence=0.95, measure_unit="index", n=97, n_missing=3, group_a="", group_b=""),
        _row("measurement", "alpha", "cronbach_alpha", "leaving@t2", "", measure_unit="index", n=2, note="too_few_people", group_a="", group_b=""),
    ]  # fmt: skip
    means = {"participant": (44.0, 9.0, 3.1, 1.0), "control": (42.0, 8.0, 3.05, 0.9)}
    for group in GROUPS:
        age, age_sd, leaving, leaving_sd = means[group]
        rows += [
            _group("balance", "mean", "age", group, age),
            _group("balance", "standard_deviation", "age", group, age_sd),
            _group("balance", "mean", "leaving@t1", group, leaving),
            _group("balance", "standard_deviation", "leaving@t1", group, leaving_sd),
            _group("balance", "share", "sex", group, 0.6, term=f"sex=woman: {group}"),
            _group("balance", "share", "sex", group, 0.4, term=f"sex=man: {group}"),
            _group("description", "mean", "leaving@t2", group, leaving - 0.3),
            _group("description", "standard_deviation", "leaving@t2", group, leaving_sd),
            _group("description", "mean", "steps@t2", group, 1.2),
            _group("description", "standard_deviation", "steps@t2", group, 0.5),
            _group("description", "share", "locked@t2", group, 0.25, conf_low=0.15, conf_high=0.38, confidence=0.95),
            _group("description", "share", "moved@t2", group, float("nan"), note="withheld_small_cell"),
        ]
    return rows


def _cell(exhibit: str, reference: str, row: str, column: str, counts: tuple[int, int] | None, **more: object) -> dict:
    outcome, _, wave = reference.partition("@")
    keys = {"study": STUDY, "exhibit": exhibit, "unit": "person", "outcome": outcome, "wave": wave, "level": "all", "row": row, "column": column}  # fmt: skip
    shown = {"withheld": True} if counts is None else {"n": counts[0], "total": counts[1], "share": counts[0] / counts[1]}
    return {**keys, **shown, **more}


def distributions() -> list[dict]:
    rows: list[dict] = []
    for wave in ("t1", "t2"):
        for group, total in (*N.items(), ("all", 100)):
            for item in ("l_1", "l_2"):
                parts = (0.1, 0.2, 0.3, 0.3, 0.1)
                rows += [
                    _cell("answers", f"{item}@{wave}", str(code), group, (round(part * total), total))
                    for code, part in enumerate(parts, start=1)
                ]
                rows += [
                    _cell("missing", f"{item}@{wave}", reason, group, (n, total)) for reason, n in (("answered", total - 3), ("skipped", 3))
                ]
            rows += [
                _cell("measure", f"leaving@{wave}", f"{low}-<{low + 1}" if low < 4 else "4-", group, (total // 5, total), x=low)
                for low in range(1, 5)
            ]
    for group, total in (*N.items(), ("all", 100)):
        rows += [_cell("answers", "sex", code, group, (total // 2, total)) for code in ("man", "woman")]
        rows += [
            _cell("answers", f"{item}@t2", code, group, (n, total))
            for item in ("s_plan", "s_cv")
            for code, n in (("yes", 10), ("no", total - 10))
        ]
    rows += [_cell("experience", "talk@talks", row, "participant", counts, analysis="said") for row, counts in (("1+2", (4, 36)), ("3", (8, 36)), ("4", (14, 36)), ("5", (10, 36)))]  # fmt: skip
    rows += [_cell("experience", "talk_useful@talks", row, "participant", (n, 35), analysis="said", conf_low=n / 35 - 0.1, conf_high=n / 35 + 0.1) for row, n in (("yes", 27), ("no", 8))]  # fmt: skip
    classes = ("none", "one", "double")
    for group in GROUPS:
        for before in classes:
            for after in classes:
                hidden = group == "control" and before == "double"
                counts = None if hidden else (6 if before == after else 3, 12)
                rows.append(_cell("transition", "lock_class@t1>t2", before, after, counts, analysis="lock_change", level=f"group={group}"))
        for time in (0, 6, 12):
            share = {"participant": 0.02, "control": 0.01}[group] * time
            rows.append(_cell("curve", "months", "", group, None, analysis="job_change", x=time, n=time, share=share, conf_low=share * 0.5, conf_high=share * 1.6, n_at_risk=N[group] - 2 * time, withheld=False))  # fmt: skip
    return rows


def _chain(chain: str, group: str, *steps: tuple[str, str, int]) -> list[dict]:
    return [
        {"study": STUDY, "unit": "person", "chain": chain, "step": step, "kind": kind, "node": node, "group": group, "n": n}
        for step, (kind, node, n) in enumerate(steps)
    ]


def flow() -> list[dict]:
    rows = _chain("rows:baseline", "all", ("count", "rows_received", 100), ("loss", "test_rows", 2), ("loss", "duplicate_most_answered", 3), ("count", "rows_kept", 95))  # fmt: skip
    rows += _chain("rows:talks", "all", ("count", "rows_received", 36), ("count", "rows_kept", 36))
    rows += _chain("rows:followup", "all", ("count", "rows_received", 88), ("loss", "duplicate_exact", 1), ("count", "rows_kept", 87))
    rows += _chain("rows:register", "all", ("count", "rows_received", 150), ("count", "rows_kept", 150))
    rows += _chain("sample", "all", ("count", "invited", 180), ("loss", "not_answered", 80), ("count", "in_sample", 100))
    for group in GROUPS:
        rows += _chain("sample", group, ("count", "in_sample", N[group]))
    sizes = {**N, "all": 100}
    for group, size in sizes.items():
        for wave, lost in (("t1", 5 if group == "all" else 2 if group == "participant" else 3), ("t2", 13 if group == "all" else 5 if group == "participant" else 8)):  # fmt: skip
            rows += _chain(f"wave:{wave}", group, ("count", "in_sample", size), ("loss", "no_answer", lost), ("count", "answered", size - lost))  # fmt: skip
            if wave == "t2":
                for outcome in ("leaving", "locked"):
                    rows += _chain(f"analysed:main:{outcome}@t2", group, ("count", "in_sample", size), ("loss", "outcome_missing", lost), ("loss", "covariate_missing", 0), ("count", "analysed", size - lost))  # fmt: skip
    rows += _chain("wave:talks", "participant", ("count", "in_sample", 40), ("loss", "no_answer", 4), ("count", "answered", 36))
    rows += _chain("wave:talks", "all", ("count", "in_sample", 40), ("loss", "no_answer", 4), ("count", "answered", 36))
    return rows


def without(results: Results, **keys: str) -> Results:
    """Give the release without the distribution cells that have these values."""
    from dataclasses import replace

    kept = pd.Series(False, index=results.distributions.index)
    for column, value in keys.items():
        kept |= results.distributions[column] != value
    return replace(results, distributions=results.distributions[kept])
