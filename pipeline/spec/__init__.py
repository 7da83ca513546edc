"""What was declared: a study as frozen data, checked before anything is read."""
