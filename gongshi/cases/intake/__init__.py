"""What a resident is about to file, whichever door it comes through: its parts, its faults, its way to the action."""
