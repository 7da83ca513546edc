"""Closed sets that declarations and tables share.

One place, so that a code in a table always means what a declaration meant.
"""

LANGUAGES = ("sv", "en")

VARIABLE_TYPES = ("id", "select_one", "select_multiple", "rating", "integer", "decimal", "date", "text")
NUMERIC_TYPES = ("rating", "integer", "decimal")
CHOICE_TYPES = ("select_one", "rating")

MISSING_REASONS = ("not_asked", "not_reached", "skipped", "refused", "dont_know", "not_applicable", "unreadable")
MISSING_CODES = {reason: code for code, reason in enumerate(MISSING_REASONS, start=1)}
"""Codes of the int8 column ``<name>__missing``; 0 means answered."""

COMPARING = ("randomised", "self_selected", "observational")
"""Designs with two groups; those of an observational study are there without anybody having chosen or been given anything."""
EVALUATING = ("randomised", "self_selected")
"""Designs that ask what a programme has brought about, so that one must be named."""

RULE_KINDS = {
    "as_answered": "number",
    "mean_of_items": "number",
    "sum_of_items": "number",
    "count_of": "number",
    "any_of": "share",
    "one_of": "share",
    "above": "share",
    "within_or_excused": "share",
    "double_lock_in": "share",
    "lock_in": "category",
    "lock_in_employability": "category",
    "as_category": "category",
    "collapsed": "category",
    "classes_of": "category",
    "count_correct": "number",
    "share_correct": "number",
    "careless": "share",
}
"""Scoring rule -> kind of value: a number, 0 or 1, or a class. Rules themselves are in ``score.rules``."""

CARELESS = "careless"
"""The scoring rule that says who answered without care, and the measure of it that ``[care]`` gives."""
SIGNS = ("long_string", "variability", "even_odd", "mahalanobis", "synonyms", "duration", "attention")
"""Signs that somebody answered without care; how each is found is in ``score.careless``."""

VERDICTS = ("better", "worse", "higher", "lower", "smaller_than_matters", "equivalent", "cannot_tell")
"""``higher``/``lower`` replace better/worse for a measure whose direction is ``neither``."""
TARGET_VERDICTS = ("supported", "not_supported", "cannot_tell")
"""Whether a target holds for similar groups."""
TARGET_FACTS = ("reached", "not_reached", "depends_on_lost")
"""Whether a target was reached in this group; it may depend on those of whom nothing is known."""

CONFIDENCE = 0.95
"""Level of the intervals of what no analysis declares."""
ANSWERED = "answered"
"""Code of those who answered, in tables of why others did not, and of what coders coded."""
EVERYBODY = "all"
"""Code of all units together, wherever a table names groups or levels."""

MISSING_SUFFIX = "__missing"
