"""The seed of a report's random numbers: from its name, so that neither order nor neighbours matter.

numpy is imported in the process that draws; the process that asks does without.
"""

import hashlib
import random

SEED_CODE = """import random

import numpy as np


def seed_once(*_):
    random.seed({seed})
    np.random.seed({seed})
    get_ipython().events.unregister("pre_run_cell", seed_once)


get_ipython().events.register("pre_run_cell", seed_once)
"""
"""The same for a kernel, which draws random numbers of its own before the first cell."""


def report_seed(name: str) -> int:
    """Give the seed of a job's name: 32 bits of its SHA-256."""
    return int.from_bytes(hashlib.sha256(name.encode("utf-8")).digest()[:4], "big")


def seed(name: str) -> None:
    """Seed the old global states, which a fork would otherwise copy into every report."""
    import numpy as np

    random.seed(report_seed(name))
    np.random.seed(report_seed(name))  # noqa: NPY002 - code of a template may use the old state
