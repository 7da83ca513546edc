"""Measures proposed, as comments: instruments of ours recognised by their wordings, and scales that hang together."""

import re
from collections.abc import Iterator, Sequence

import numpy as np

from pipeline.draft.assembled import Draft, Drafted
from pipeline.draft.words import folded, text, unused
from pipeline.score.reliability import cronbach_alpha, item_rest_correlations
from pipeline.spec.folding import comparable
from pipeline.spec.instruments import read_instruments

LEAST_ITEMS, MOST_ITEMS = 3, 20
LEAST_ALPHA = 0.5
PLACE_IN_SCALE = re.compile(r"_?(?:sq)?\d+[a-z]?$")
"""What differs in the names of a scale's items: ``turnover_3``, ``perf[SQ001]``, ``ti4b``."""
TURNS = 5


def proposed_measures(draft: Draft, languages: Sequence[str]) -> list[str]:
    """Write measures as commented parts of study.toml, with what speaks for each."""
    lines = [*_instruments(draft), *_scales(draft, languages)]
    return ["# Measures that suggest themselves; take away '# ' where you agree.", *lines, ""] if lines else []


def _instruments(draft: Draft) -> Iterator[str]:
    """Recognise an instrument by the wording of its items."""
    worded = {folded(label): one.name for one in draft.variables.values() for label in one.label.values() if label}
    for instrument in read_instruments().by_id.values():
        items = {
            item.key: next((worded[key] for key in map(folded, (item.text.sv, item.text.en)) if key in worded), "")
            for item in instrument.items
        }
        if items and all(items.values()):
            named = ", ".join(f'{key} = "{name}"' for key, name in items.items())
            yield f"# Its items are worded as those of the instrument {instrument.id} (docs/instruments.md)."
            yield from (
                "# [[measures]]",
                f'# name = "{instrument.measures[0].name}"',
                f'# instrument = "{instrument.id}"',
                f"# items = {{ {named} }}",
                "#",
            )


def _scales(draft: Draft, languages: Sequence[str]) -> Iterator[str]:
    taken = set(draft.variables)
    for items in _together(draft):
        answers = np.column_stack([_numbers(draft, item) for item in items])
        turned = _turned(answers)
        least, greatest = _range(draft, items[0])
        mirrored = np.where(turned, least + greatest - answers, answers)
        alpha = cronbach_alpha(mirrored)
        if not alpha.alpha > LEAST_ALPHA:
            continue
        name = unused(f"{items[0].name}_scale"[:60], taken)
        taken.add(name)
        rest = ", ".join(f"{item.name} {value:.2f}" for item, value in zip(items, item_rest_correlations(mirrored), strict=True))
        yield f"# The same answers under {len(items)} questions: alpha {alpha.alpha:.2f}. Correlation of each with the rest: {rest}."
        yield from ("# [[measures]]", f'# name = "{name}"', f"# label = {text({}, languages, name)}")
        yield f"# unit = {text({'sv': f'medelvärde {least:g}–{greatest:g}', 'en': f'mean {least:g}–{greatest:g}'}, languages, name)}"
        yield from (
            '# rule = "mean_of_items"',
            f"# items = [{_quoted(item.name for item in items)}]",
            f"# range = [{least:g}, {greatest:g}]",
        )
        if turned.any():
            yield f"# reversed = [{_quoted(item.name for item, is_turned in zip(items, turned, strict=True) if is_turned)}]"
        yield from ('# direction = "neither"', "#")


def _quoted(names: Iterator[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _together(draft: Draft) -> Iterator[list[Drafted]]:
    """Give ratings with one answer list that follow each other, or whose names begin alike."""
    groups: dict[tuple[str, str], list[Drafted]] = {}
    for one in draft.variables.values():
        if one.kind.type == "rating":
            groups.setdefault((one.answers, PLACE_IN_SCALE.sub("", one.name)), []).append(one)
    yield from (group for group in groups.values() if LEAST_ITEMS <= len(group) <= MOST_ITEMS)


def _numbers(draft: Draft, variable: Drafted) -> np.ndarray:
    """Give the answers of one variable in its first table as numbers, empty where there is none."""
    column = variable.items[0].columns[0]
    codes = {comparable(answer.raw): float(answer.code) for answer in draft.lists[variable.answers] if not answer.missing}
    values = np.array([*(codes.get(comparable(one), np.nan) for one in column.texts), np.nan])
    return values[column.rows]


def _range(draft: Draft, variable: Drafted) -> tuple[float, float]:
    codes = [float(answer.code) for answer in draft.lists[variable.answers] if not answer.missing]
    return min(codes), max(codes)


def _turned(answers: np.ndarray) -> np.ndarray:
    """Say which items run against the others: turned, one by one, while one correlates negatively with the rest."""
    turned = np.zeros(answers.shape[1], dtype=bool)
    for _ in range(min(TURNS, answers.shape[1] // 2)):
        rest = item_rest_correlations(np.where(turned, -answers, answers))
        if not (rest < 0).any():
            break
        turned[int(np.nanargmin(rest))] ^= True
    return turned if 2 * turned.sum() <= len(turned) else ~turned
