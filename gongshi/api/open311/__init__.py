"""The door for programs that speak Open311 GeoReport v2, under ``/open311/v2/``. See docs/guides/open311.md."""
