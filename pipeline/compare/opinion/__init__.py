"""A second opinion: the numbers of declared analyses computed again by other packages, from the same frames."""
