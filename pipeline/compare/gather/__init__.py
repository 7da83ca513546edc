"""Who is compared with whom: the declared analysis as columns, one row per unit."""
