"""One module per kind of report: which sections it has beside those that all reports share."""
