"""The outbox (the only queue), message texts and their delivery."""
