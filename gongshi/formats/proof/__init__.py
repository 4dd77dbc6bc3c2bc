"""Proofs that leave the house: commitments, signed statements, and the file that a resident keeps. Plain data only."""
