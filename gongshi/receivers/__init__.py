"""Receivers: programs of others that are told, by a signed webhook, what has become public here."""
