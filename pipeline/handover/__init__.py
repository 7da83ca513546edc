"""A study's reports as files that can be passed on: Word, Excel, PDF, a leaflet, figures and their data."""
