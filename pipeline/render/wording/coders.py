"""How far coders agree, in words and as rows for the table."""

from dataclasses import dataclass

from pipeline.render.codings import CodedInterviews
from pipeline.render.results import Results
from pipeline.render.selection import Row, known, rows_of
from pipeline.spec.vocabulary import EVERYBODY

ALPHA, ALIKE = "krippendorff_alpha", "percent_agreement"
KAPPAS = ("cohens_kappa", "fleiss_kappa")
ONE_CODE = {"one_coder_one_code", "each_used_one_code"}
"""Notes of coders who did not vary."""
MUCH_BY_CHANCE = 0.8
"""Agreement by chance where about a ninth of all codes, or fewer, are other than the rest."""


@dataclass(frozen=True)
class Agreement:
    """Agreement on one theme, or on all."""

    alike: Row | None
    kappa: Row | None
    alpha: Row | None

    @property
    def coded_alike(self) -> int | None:
        """Codings that all coders made alike; None where withheld or not computed."""
        return round(self.alike.estimate * self.alike.n) if self.alike is not None and known(self.alike.estimate) else None


def agreements(results: Results, coding: CodedInterviews) -> dict[str, Agreement]:
    """Give the agreement on each theme by its code, and on all themes as ``all``; empty where none is declared."""
    [outcome] = coding.exhibit["outcomes"]
    found: dict[str, dict[str, Row]] = {}
    for row in rows_of(results.rows(estimator="agreement", outcome=outcome)):
        variable, _, code = row.level.partition("=")
        if row.level == EVERYBODY or variable == coding.exhibit["rows"]:
            found.setdefault(code or EVERYBODY, {}).setdefault(row.estimand, row)
    return {code: _agreement(rows) for code, rows in found.items()}


def _agreement(rows: dict[str, Row]) -> Agreement:
    return Agreement(rows.get(ALIKE), next((rows[name] for name in KAPPAS if name in rows), None), rows.get(ALPHA))


def agreement_brief(results: Results, coding: CodedInterviews) -> str:
    """Say in one sentence how far coders agree on all themes; empty where that is not known."""
    whole = agreements(results, coding).get(EVERYBODY)
    if whole is None or whole.alpha is None or not known(whole.alpha.estimate) or whole.coded_alike is None or whole.alike is None:
        return ""
    return results.say(
        "needs.agreement.brief", alike=whole.coded_alike, total=int(whole.alike.n), alpha=_with_interval(results, whole.alpha)
    )


def _with_interval(results: Results, row: Row) -> str:
    if not known(row.conf_low):
        return results.number(row.estimate)
    return f"{results.number(row.estimate)} ({results.interval(row.conf_low, row.conf_high, 2, row.confidence)})"


def least_agreed(results: Results, coding: CodedInterviews) -> str:
    """Say on which theme coders agree least by alpha; empty where fewer than two are known."""
    found = agreements(results, coding)
    known_themes = [theme for theme in coding.themes if theme.code in found and _has_alpha(found[theme.code])]
    if len(known_themes) < 2:
        return ""
    least = min(known_themes, key=lambda theme: found[theme.code].alpha.estimate)  # type: ignore[union-attr]
    one = found[least.code]
    assert one.alpha is not None and one.alike is not None
    alpha, total = results.number(one.alpha.estimate), int(one.alike.n)
    said = results.say("needs.agreement.least", theme=least.label, alpha=alpha, alike=one.coded_alike or 0, total=total)
    return f"{said} {results.say(why)}" if (why := _why_low(one)) else said


def _why_low(one: Agreement) -> str:
    """Name the text that says why alpha is low; empty where nothing but the coders' disagreement explains it."""
    if one.alpha is not None and ONE_CODE & set(one.alpha.note.split()):
        return "needs.agreement.one_code"
    return "needs.agreement.skewed" if is_skewed(one) else ""


def is_skewed(one: Agreement) -> bool:
    """Say whether nearly all codes of a theme are the same though some differ, so that chance alone gives much agreement.

    Read off alpha, which is 1 less the disagreement seen over that by chance.
    """
    if one.coded_alike is None or not _has_alpha(one):
        return False
    disagreed = 1 - one.alike.estimate  # type: ignore[union-attr]
    return disagreed > 0 and 1 - disagreed / (1 - one.alpha.estimate) >= MUCH_BY_CHANCE  # type: ignore[union-attr]


def _has_alpha(one: Agreement) -> bool:
    return one.alpha is not None and known(one.alpha.estimate) and one.coded_alike is not None


def not_estimable(results: Results, coding: CodedInterviews) -> list[str]:
    """Name the themes of which agreement beyond chance cannot be computed, because all codes are alike."""
    found = agreements(results, coding)
    return [
        results.inside(theme.label)
        for theme in coding.themes
        if theme.code in found and (alpha := found[theme.code].alpha) is not None and "one_category_only" in alpha.note.split()
    ]
