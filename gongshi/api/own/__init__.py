"""One's own filing by program: opened with reference and receipt, and all that its pages can do. docs/guides/api.md."""
