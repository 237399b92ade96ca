"""The pure core: what a case type is, what may happen to a case next, and by when."""
