"""What was tried, measured and recorded: one study per module (chapters 2, 9 and 10)."""

__all__ = [
    "chapters",
    "follows_production",
    "inspection",
    "interventions",
    "labels_2016",
    "ladder",
    "leakage",
    "planted_faults",
    "recorded",
    "results",
    "training_2016",
    "transfer",
    "variants",
]
