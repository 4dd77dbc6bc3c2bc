"""Grievances that many bring together: one joint case, and everybody's own that goes on alone whenever they want."""
