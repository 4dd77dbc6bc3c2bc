"""SQLite whose writers wait in a queue (docs/decisions/0004)."""
