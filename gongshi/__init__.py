"""Gongshi (公事 · 公示 · 共识): open civic casework."""

__version__ = "0.1.0"
