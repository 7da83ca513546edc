"""Free text of a few."""

from collections.abc import Iterator

import numpy as np

from pipeline.errors import Problem
from pipeline.simulate.kinds.choices import keys_of
from pipeline.simulate.references import given_problems
from pipeline.simulate.world import MadeUpWorld, stream
from pipeline.spec.drawn import Texts
from pipeline.spec.study import Study

COMMENTS = (
    "Bra frågor; men för många",
    "Vill gå ned i tid.\nFår inte.",
    "=SUMMA(A1)",
    'Chefen sa "vi får se" och sedan hände inget',
    "Inget att tillägga",
    "Tack för möjligheten att svara!",
    "Svårt att svara på frågan om yrke, jag har två.",
    "Hann inte tänka färdigt; återkommer gärna",
    "Åker långt till arbetet, det är det som stör.\r\nAnnars bra.",
)
"""Usual comments, among them awkward ones."""


def draw_text(world: MadeUpWorld, declared: Texts, name: str, wave: str) -> np.ndarray:
    """Draw who writes what, mostly nothing; every text stands about equally often among those who may write it."""
    unit = world.study.variable[name].unit
    rng = stream(world.seed, "text", name, wave)
    writes = rng.random(world.size(unit)) < declared.share
    keys = keys_of(world, unit, declared.given, wave)
    cells = np.full(len(writes), "", dtype=object)
    for key, texts in (declared.texts if isinstance(declared.texts, dict) else {"": declared.texts or COMMENTS}).items():
        chosen = writes & (keys == key)
        cells[chosen] = np.array(texts, dtype=object)[rng.permutation(np.arange(chosen.sum()) % len(texts))]
    return cells.astype(str)


def drawn_text_problems(study: Study, where: str, part: Texts) -> Iterator[Problem]:
    """Texts stand by the codes of what they are given, or by themselves."""
    if isinstance(part.texts, dict) != bool(part.given):
        yield Problem(f"{where} texts", "do not fit given", remedy="Texts stand by the other's code if there is a given, else as a list.")
    elif isinstance(part.texts, dict):
        yield from given_problems(study, where, part, "texts")
        for key in (key for key, texts in part.texts.items() if not texts):
            yield Problem(f"{where} texts {key}", "are empty", remedy="Write one, or leave the code out.")
