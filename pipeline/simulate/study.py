"""A declared study filled with made-up answers: the stage's public function."""

from pipeline.simulate.draw import draw, recipe_of, seed_of
from pipeline.simulate.files import raw_files
from pipeline.spec.study import Study


def simulate_study(study: Study) -> dict[str, bytes]:
    """Make up every raw file of a study.

    Parameters
    ----------
    study : Study
        With or without ``[simulation]``; what it does not declare gets a usual value.

    Returns
    -------
    dict
        File name -> content; the same bytes on every run.
    """
    return raw_files(draw(recipe_of(study), seed_of(study)))
