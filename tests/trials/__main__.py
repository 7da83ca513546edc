"""Try by the hundred what ``make test`` tries a few times, and print how many were tried and failed: ``make trials``."""

import os
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.trials import builds
from tests.trials.inputs import BASES, DECLARED, commanded, try_mutation, write_base

TRIALS = int(os.environ.get("RORLIGHET_TRIALS", "1000"))
Trial = Callable[[random.Random], list[str]]


def trials(folder: Path) -> Iterator[tuple[str, int, Trial]]:
    """Give what is tried: its name, how often, and one trial, which gives what failed."""
    root = folder / "smallest"
    builds.build_whole(root)
    whole, steps = builds.tables(root), builds.steps_of(root)
    largest = max(map(len, whole.values()))
    yield "killed at a step that changes a file", TRIALS, lambda draw: builds.try_kill(root, whole, draw.randrange(1, steps))
    yield "two builds at once", max(1, TRIALS // 50), lambda draw: builds.try_two_at_once(root, whole)
    yield "a file may not grow so large", TRIALS // 10, lambda draw: builds.try_small_disk(root, whole, draw.randrange(largest))
    yield (
        "a full disk",
        TRIALS // 10,
        lambda draw: builds.try_full_disk(root, whole, draw.randrange(4, 2 + sum(map(len, whole.values())) // 1024)) or [],
    )
    yield "killed with reports", max(1, TRIALS // 20), lambda draw: builds.try_whole_kill(root, whole, draw.uniform(0.2, 6.0))
    commanded(root, "build", "mini", "--index")
    yield "a flipped bit", TRIALS, lambda draw: builds.try_flip(root, draw, again=True)
    yield "a mutated input", 3 * TRIALS, _mutations(folder)


def _mutations(folder: Path) -> Trial:
    """Mutate studies that have been built as far as their release."""
    studies = []
    for place, which in enumerate(BASES):
        (folder / f"base{place}").mkdir()
        studies.append(write_base(folder / f"base{place}", which))
        if place % 2 and which not in DECLARED:
            commanded(studies[-1].paths.root, "build", studies[-1].id, "--until", "release")

    def trial(draw: random.Random) -> list[str]:
        tried = try_mutation(draw.choice(studies), draw, "build", "--until", "release")
        return [f"{tried.file}: {tried.said}"] if tried.failed else []

    return trial


def main() -> int:
    """Try everything; give 1 when anything failed."""
    print("| what | tried | failed |\n|---|---|---|", flush=True)
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, times, trial in trials(Path(folder)):
            failed = [(seed, fault) for seed in range(times) for fault in trial(random.Random(seed))[:1]]
            failures += len(failed)
            print(f"| {name} | {times} | {len(failed)} |", flush=True)
            for seed, fault in failed[:5]:
                print(f"seed {seed}: {fault}", file=sys.stderr)
    return int(failures > 0)


if __name__ == "__main__":
    sys.exit(main())
