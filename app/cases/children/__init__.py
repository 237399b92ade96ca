"""The vessels, persons and sanctions of a case, each with its own outcome."""
