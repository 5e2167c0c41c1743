"""What was tried, measured and recorded: one study per module (chapters 2 to 13)."""

__all__ = [
    "chapters",
    "conditions",
    "follows_production",
    "halves",
    "hearing",
    "inspection",
    "interventions",
    "labels_2016",
    "ladder",
    "leakage",
    "listener",
    "planted_faults",
    "ready_features",
    "recorded",
    "results",
    "splits",
    "training_2016",
    "transfer",
    "variants",
]
