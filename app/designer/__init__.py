"""Designing case types: drafts that an office edits, checks and publishes by itself."""
