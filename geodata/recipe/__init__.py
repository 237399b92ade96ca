"""The steps that turn registry packages and treaty points into a reference pack."""
