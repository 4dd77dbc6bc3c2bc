"""Every write on filings and cases, one file per topic."""
