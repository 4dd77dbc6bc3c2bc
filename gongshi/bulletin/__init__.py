"""Answers without a case: pages that an office writes once, so that nobody has to wait for them."""
