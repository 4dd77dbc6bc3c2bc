"""Settings pages: what the place is, changed by its administrators, each change tried out first and kept with why."""
