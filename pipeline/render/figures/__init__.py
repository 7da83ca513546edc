"""One module per figure; each takes a study's results and gives a finished ``Figure``, or None when there is nothing to draw."""
