"""Every write of collective grievances, by topic."""
