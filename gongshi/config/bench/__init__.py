"""Benchmarks: the figures that the README quotes, as rates and ratios from one run on one machine.

Each makes an instance of its own in a temporary folder, starts the real server on it, sends a bounded number of
requests from a process of its own to 127.0.0.1, and stops by itself.
"""
