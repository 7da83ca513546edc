"""From release to report: executed notebook and page, in Swedish and English."""
