"""The columns of every table that passes between stages.

Documentation, contract and test at once: ``check_table`` holds every table to
it, docs/columns.md is generated from it. What does not apply is empty, never a
sentinel. Kinds: ``text``, ``number`` (float64), ``count`` (nullable Int64),
``flag`` (true/false).
"""

from dataclasses import dataclass

from pipeline.spec.vocabulary import TARGET_FACTS, TARGET_VERDICTS, VERDICTS


@dataclass(frozen=True)
class Column:
    """One column: its kind, meaning, and the closed set it draws from, if any."""

    name: str
    kind: str
    meaning: str
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableContract:
    """A table: its columns in order, and the columns that identify a row."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [column.name for column in self.columns]


STUDY = Column("study", "text", "Name of the study's folder")

ESTIMANDS = (
    "n",
    "mean",
    "standard_deviation",
    "standard_error",
    "median",
    "lower_quartile",
    "upper_quartile",
    "minimum",
    "maximum",
    "skewness",
    "excess_kurtosis",
    "share",
    "mean_difference",
    "location_shift",
    "risk_difference",
    "risk_ratio",
    "odds_ratio",
    "adjusted_mean_difference",
    "adjusted_risk_difference",
    "interaction",
    "standardised_difference",
    "cronbach_alpha",
    "item_rest_correlation",
    "alpha_if_dropped",
    "attainment",
    "attainment_exact",
    "attainment_least",
    "attainment_most",
    "attainment_count",
    "count",
    "mean_before",
    "mean_then",
    "mean_after",
    "mean_change",
    "median_change",
    "share_improved",
    "share_unchanged",
    "share_worse",
    "share_at_ceiling_before",
    "share_at_ceiling_after",
    "response_shift",
    "marginal_homogeneity",
    "share_up",
    "share_same",
    "share_down",
    "share_change",
    "survival_at",
    "restricted_mean",
    "median_time",
    "log_rank",
    "percent_agreement",
    "cohens_kappa",
    "weighted_kappa",
    "fleiss_kappa",
    "krippendorff_alpha",
    "intraclass_correlation",
    "bound_low",
    "bound_high",
    "detectable_difference",
    "association",
    "response_rate",
)
EFFECT_KINDS = ("hedges_g", "rank_biserial", "hedges_g_av", "cramers_v")

ESTIMATES = TableContract(
    "estimates",
    (
        STUDY,
        Column(
            "analysis",
            "text",
            "Id of the declared analysis; 'description', 'levels', 'measurement', 'balance' or 'attrition' for what every study gets",
        ),
        Column("role", "text", "Role in the plan; empty for what every study gets", ("", "primary", "secondary", "exploratory")),
        Column("family", "text", "Family within which p-values are adjusted"),
        Column("estimator", "text", "Name of the estimator (docs/estimators.md)"),
        Column("estimand", "text", "What is estimated", ESTIMANDS),
        Column("outcome", "text", "Measure or variable"),
        Column("unit", "text", "Unit of observation"),
        Column("wave", "text", "Wave of the outcome; empty for what does not change"),
        Column("level", "text", "Subgroup as variable=code, or 'all'"),
        Column(
            "term", "text", "What minus (or over) what, as codes; 'code' alone for one group; for a category, 'category=code' before it"
        ),
        Column("group_a", "text", "First group (code)"),
        Column("group_b", "text", "Second group (code)"),
        Column("covariates", "text", "Adjusted for, separated by blanks"),
        Column("weights", "text", "Name of the weights"),
        Column(
            "measure_unit",
            "text",
            "How to print the estimate: in the measure's unit, as per cent, as a ratio, or as an index without unit",
            ("number", "share", "ratio", "index"),
        ),
        Column("estimate", "number", "The number, in the outcome's unit; shares as 0-1"),
        Column("std_error", "number", "Standard error of the estimate"),
        Column("conf_low", "number", "Lower end of the pointwise interval"),
        Column("conf_high", "number", "Upper end of the pointwise interval"),
        Column("confidence", "number", "Level of the interval, 0-1"),
        Column("statistic", "number", "Test statistic"),
        Column("df", "number", "Degrees of freedom"),
        Column("p_value", "number", "Two-sided p-value"),
        Column("p_adjusted", "number", "p-value adjusted within the family"),
        Column(
            "p_adjustment",
            "text",
            "On the one row that tests an outcome of the plan: 'holm', or 'none' where it is not adjusted",
            ("", "holm", "none"),
        ),
        Column("p_equivalence", "number", "Greater p-value of the two one-sided tests against the smallest difference that matters"),
        Column("p_equivalence_adjusted", "number", "The same adjusted among those of the family"),
        Column("effect_kind", "text", "Standardised effect beside the estimate", ("", *EFFECT_KINDS)),
        Column("effect", "number", "Standardised effect"),
        Column("effect_low", "number", "Lower end of its interval"),
        Column("effect_high", "number", "Upper end of its interval"),
        Column(
            "reference_value",
            "number",
            "As declared: smallest difference that matters, target or horizon; for a detectable difference the power",
        ),
        Column(
            "verdict",
            "text",
            "What follows for the outcome, or for a target",
            ("", *dict.fromkeys((*VERDICTS, *TARGET_VERDICTS, *TARGET_FACTS))),
        ),
        Column("n", "count", "Units in the estimate"),
        Column("n_a", "count", "Of these in the first group"),
        Column("n_b", "count", "Of these in the second group"),
        Column("n_clusters", "count", "Clusters in the estimate"),
        Column("n_missing", "count", "Units of the groups compared that the estimate lacks"),
        Column("seed", "count", "Seed, where chance is used"),
        Column("note", "text", "Codes of remarks, separated by blanks (catalogue 'note.<code>'); why a number is missing"),
    ),
    ("study", "analysis", "estimator", "estimand", "outcome", "unit", "wave", "level", "term"),
)

DISTRIBUTIONS = TableContract(
    "distributions",
    (
        STUDY,
        Column("analysis", "text", "Id of the declared analysis or exhibit; empty for what every study gets"),
        Column(
            "exhibit",
            "text",
            "Kind of table or figure; 'times' are points behind shares by time, which are never released",
            ("answers", "missing", "measure", "transition", "experience", "curve", "coding", "times"),
        ),
        Column("unit", "text", "Unit of observation"),
        Column("outcome", "text", "Measure or variable"),
        Column("wave", "text", "Wave, or 'from>to' for a transition"),
        Column("level", "text", "Subgroup as variable=code, or 'all'"),
        Column("row", "text", "Answer code, class, missing reason, or class before; merged codes joined by '+'"),
        Column("column", "text", "Group code, 'all', or class after; in a coding interview, coder or second theme"),
        Column("x", "number", "Place on the axis: left edge of a class of values, or time; in a coding the least number of coders"),
        Column("n", "count", "Units in the cell"),
        Column("total", "count", "Units the share is of"),
        Column("share", "number", "n of total, or the curve's height, 0-1"),
        Column("conf_low", "number", "Lower end of the 95 % interval"),
        Column("conf_high", "number", "Upper end of the 95 % interval"),
        Column("n_at_risk", "count", "Units still at risk at time x"),
        Column("withheld", "flag", "True when the cell is not shown"),
    ),
    ("study", "analysis", "exhibit", "unit", "outcome", "wave", "level", "row", "column", "x"),
)

FLOW = TableContract(
    "flow",
    (
        STUDY,
        Column("unit", "text", "Unit of observation"),
        Column("chain", "text", "Which chain of counts: rows:<source>, sample, wave:<wave>, or analysed:<analysis>:<outcome>"),
        Column("step", "count", "Place in the chain, from 0"),
        Column("kind", "text", "A count of those who remain, or of those lost", ("count", "loss")),
        Column(
            "node",
            "text",
            "Code of the count or of the reason for the loss. One reason, one code: before_missing is the value before, "
            "then_missing the rating of then, event_missing how the time ended",
        ),
        Column("group", "text", "Group code, or 'all'"),
        Column("n", "count", "Units (rows in a rows chain)"),
    ),
    ("study", "unit", "chain", "step", "group"),
)

EXCLUSIONS = TableContract(
    "exclusions",
    (
        STUDY,
        Column("source", "text", "Source in study.toml"),
        Column("file", "text", "File in data/raw/<study>/"),
        Column("row", "count", "Data row in the file, the first below the heading being 1"),
        Column("unit_id", "text", "Id as read, trimmed and in the case kept"),
        Column("rule", "text", "Id of the exclusion, or duplicate_exact, duplicate_<rule>"),
        Column("kept_row", "count", "For a duplicate: the row kept instead"),
    ),
    ("study", "source", "row"),
)

CLEANING_LOG = TableContract(
    "cleaning_log",
    (
        STUDY,
        Column("source", "text", "Source in study.toml, or sources joined by '+'"),
        Column(
            "subject",
            "text",
            "What the line is about: encoding, delimiter, sheet, calendar, decimal, variable name, heading of a column that is not read",
        ),
        Column(
            "finding",
            "text",
            "Code of the finding: detected, stated, said_by_file, ignored, row_number, heading_respelt, trimmed, case_ignored, personal_number, no_rows, nobody_answered, spells_joined, entered_again_inside, contradiction, not_in_sample, unknown_link, backward_in_time, wave_not_answered, few_matched",
        ),
        Column("detail", "text", "What was found; never a person's answer"),
        Column("n", "count", "How many rows or units"),
    ),
    ("study", "source", "subject", "finding"),
)

RELIABILITY = TableContract(
    "reliability",
    (
        STUDY,
        Column("measure", "text", "Measure"),
        Column("unit", "text", "Unit of observation"),
        Column("wave", "text", "Wave"),
        Column("items", "count", "Number of items"),
        Column("n", "count", "Units that answered all items"),
        Column("n_missing", "count", "Units that did not"),
        Column("item", "text", "Item that a row is about; empty for the whole measure"),
        Column("item_rest", "number", "Correlation of the item with the sum of the others, on complete rows"),
        Column("alpha", "number", "Cronbach's alpha on complete rows; of the other items where a row is about one"),
        Column("conf_low", "number", "Interval of the whole measure's alpha, lower end"),
        Column("conf_high", "number", "Interval of the whole measure's alpha, upper end"),
        Column("confidence", "number", "Level of the interval"),
        Column("note", "text", "Why the number or its interval is missing"),
    ),
    ("study", "measure", "wave", "item"),
)

LABELS = TableContract(
    "labels",
    (
        STUDY,
        Column("language", "text", "sv or en", ("sv", "en")),
        Column(
            "kind",
            "text",
            "study, text, unit, wave, group, variable, answer, measure, measure_unit, measure_description, category, direction, analysis, exhibit, part, part_explanation, definition, quotations, exclusion, report",
        ),
        Column("parent", "text", "Variable of an answer, measure of a category; else empty"),
        Column("name", "text", "Code"),
        Column("text", "text", "What to print"),
    ),
    ("study", "language", "kind", "parent", "name"),
)

DEVIATIONS = TableContract(
    "deviations",
    (
        STUDY,
        Column("key", "text", "Key of the plan"),
        Column("before", "text", "Value in plan.lock (JSON); empty when added"),
        Column("after", "text", "Value in this run (JSON); empty when removed"),
    ),
    ("study", "key"),
)

CONSENT, NO_CONSENT, SHOWN = "consent", "no_consent", "shown"
PERSONAL_DATA, LEFT_OUT, NOT_READ, WITHHELD = "personal_data", "left_out", "not_read", "withheld"
QUOTATIONS = TableContract(
    "quotations",
    (
        STUDY,
        Column("quotation", "text", "Id of the declared quotations"),
        Column("number", "count", "Place in their order, from 1; it tells nothing about who said it"),
        Column(
            "status",
            "text",
            "Whether the text has a consent, or is shown, or why not ('withheld': for one of these reasons)",
            (CONSENT, NO_CONSENT, SHOWN, PERSONAL_DATA, LEFT_OUT, NOT_READ, WITHHELD),
        ),
        Column("theme", "text", "Code of the theme it stands under; empty where the text is not shown"),
        Column("text", "text", "The quotation, on one line; empty where it is not shown"),
    ),
    ("study", "quotation", "number"),
)

SECOND_OPINION = TableContract(
    "second_opinion",
    (
        *(column for column in ESTIMATES.columns if column.name in ESTIMATES.key),
        Column("column", "text", "Column of estimates that holds the number"),
        Column("number", "number", "The number, as estimates holds it"),
        Column("package", "text", "Package that the number comes from; 'rorlighet' for this project's own methods"),
        Column("version", "text", "Its version"),
        Column("other", "number", "The same number by another package; the lower of two that it was held between"),
        Column("other_most", "number", "The higher of two numbers that it was held between"),
        Column("other_package", "text", "The other package"),
        Column("other_version", "text", "Its version"),
        Column("difference", "number", "How far the two are apart; 0 between two"),
        Column("tolerance", "number", "How far they may be apart: above it the build stops, by a fault of the project"),
        Column(
            "note",
            "text",
            "'held_between'; 'undefined_by_other' where the other package gives no number; else the method that no other package computes",
        ),
    ),
    (*ESTIMATES.key, "column"),
)

TABLES = {
    table.name: table
    for table in (ESTIMATES, DISTRIBUTIONS, FLOW, EXCLUSIONS, CLEANING_LOG, RELIABILITY, LABELS, DEVIATIONS, QUOTATIONS, SECOND_OPINION)
}
