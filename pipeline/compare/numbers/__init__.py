"""Statistics on arrays: what a library gives stands here once, with its trap beside it; what none gives is written out."""
