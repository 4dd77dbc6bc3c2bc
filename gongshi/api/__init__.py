"""Doors for programs: JSON under ``/api/v1/``, described by ``openapi.json``. Whoever reads here needs no sign-in."""
