"""What was tried, measured and recorded: one study per module (chapters 2, 9 and 10)."""

__all__ = [
    "chapters",
    "follows_production",
    "inspection",
    "interventions",
    "ladder",
    "leakage",
    "planted_faults",
    "recorded",
    "results",
    "transfer",
    "variants",
]
