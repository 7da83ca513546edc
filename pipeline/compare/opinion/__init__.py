"""A second opinion: the numbers of the plan computed again by other packages, from the same frames."""
