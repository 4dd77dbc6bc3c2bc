"""Filings and cases: intake, receipts, stages, clocks, history, looks, answers, publication."""
