"""What the office's work looks like from outside: counts, shares with intervals, boards."""
