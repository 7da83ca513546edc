"""What passes between stages: the column glossary, its checks, and the only reading and writing of tables."""
