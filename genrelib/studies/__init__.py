"""What was tried, measured and recorded: one study per module (chapters 2, 9 and 10)."""
