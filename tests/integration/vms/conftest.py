"""The imports' house with officers of An Giang and of another province."""

from tests.integration.imports.conftest import (
    house,
    person,
    prepared_default,
    room,
    signed_in,
)

__all__ = ["house", "person", "prepared_default", "room", "signed_in"]
