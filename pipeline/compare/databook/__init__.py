"""The answers of every question as they came, before any measure or analysis is declared: what the data book shows."""
