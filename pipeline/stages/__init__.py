"""The five stages in order: what each reads, computes and writes, and when it need not run."""

STAGES = ("responses", "scores", "estimates", "release", "reports")
