"""One file per command of `gongshi`."""
