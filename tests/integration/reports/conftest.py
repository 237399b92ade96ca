"""The pack on which the reports are tested."""

from tests.integration.registers.conftest import pack as pack  # noqa: PLC0414  a fixture shared
from tests.integration.registers.conftest import (
    prepared_pack as prepared_pack,  # noqa: PLC0414  the same
)
