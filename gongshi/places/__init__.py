"""The place itself, its areas, aliases and calendars."""
