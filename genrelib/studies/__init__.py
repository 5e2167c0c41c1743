"""What was tried, measured and recorded: one study per module (chapters 2, 9 and 10)."""

__all__ = [
    "chapters",
    "follows_production",
    "halves",
    "inspection",
    "interventions",
    "labels_2016",
    "ladder",
    "leakage",
    "planted_faults",
    "ready_features",
    "recorded",
    "results",
    "splits",
    "training_2016",
    "transfer",
    "variants",
]
