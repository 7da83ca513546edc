"""One module per table; each takes a study's results and gives a finished ``Table``, or None when there is nothing to show."""
