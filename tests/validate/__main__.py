"""Validate all studies and write docs/validation.md: ``python -m tests.validate [study ...]``."""

import os
import sys
import time

from pipeline.spec.load import load_study
from pipeline.tables.atomic import write_text
from tests.conftest import ROOT
from tests.validate.methods import all_held
from tests.validate.page import page
from tests.validate.validation import Effort, Line, validate

PLANNED: dict[str, tuple[str, ...]] = {
    "trs": (),
    "sok": ("agreement",),
    "bergslagsresursen": ("target_work", "target_work_later", "practice_at_most_three_months", "managers_knowledge"),
    "seminarier": ("knowledge_tested", "knowledge_self_rated", "those_lost", "use_those_lost"),
    "vagen_tillbaka": ("ladder_exit", "time_to_work", "confidence_exit", "in_work_exit", "confidence_bounds", "in_work_bounds"),
}
"""Study -> its main analyses; none named: the primary ones."""
OF_METHODS = 2000
DRAWS = int(os.environ.get("RORLIGHET_DRAWS", OF_METHODS))
FOR_THE_WHOLE = Effort(draws=DRAWS, truth_draws=max(60, DRAWS // 10))
LEVELS = ("all", "theme=dilemma", "theme=near_artists")
"""Levels shown: everybody, and of the themes one that is common and one that is rare."""


def main(studies: list[str]) -> int:
    """Validate; give 1 when some coverage lies outside its limits and overlooked clusters do not explain it."""
    results: dict[str, list[Line]] = {}
    for study in studies or PLANNED:
        began = time.perf_counter()
        lines = validate(load_study(study, ROOT), PLANNED[study], FOR_THE_WHOLE, workers=os.cpu_count() or 1)
        results[study] = [line for line in lines if line.key.level in LEVELS]
        print(f"{study}: {len(results[study])} lines in {time.perf_counter() - began:.0f} s", flush=True)
    held = {} if studies else all_held(OF_METHODS)
    text = page(results, held, FOR_THE_WHOLE)
    if studies:
        print(text)
    else:
        write_text(ROOT / "docs" / "validation.md", text)
    return int(any(line.verdict == "outside" for lines in results.values() for line in lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
