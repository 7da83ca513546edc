"""What may leave of estimates, decided and told at once."""

from collections.abc import Mapping

from pipeline.disclose.release import decided_results, told_results
from pipeline.spec.study import Study
from pipeline.tables.results import Estimated, Released


def release_results(study: Study, estimated: Estimated, provenance: Mapping[str, object]) -> Released:
    return told_results(study, decided_results(study, estimated), provenance)
