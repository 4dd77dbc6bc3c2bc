"""HTML doors: residents (public), staff (desk)."""
