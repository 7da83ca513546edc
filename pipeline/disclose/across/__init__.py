"""Between releases: what a new one tells beside those published before it, and what is kept back for that."""
