"""Backups of an instance, restoring them, and moving an instance to another database (docs/operate/backup.md)."""
