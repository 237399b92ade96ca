"""Exact amounts of money in the database: a Decimal of four places, kept as a whole number."""

from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Dialect
from sqlalchemy.types import TypeDecorator

PLACES = Decimal("0.0001")
RATIO_PLACES = Decimal("0.00000001")


class Amount(TypeDecorator[Decimal]):
    """A Decimal of four places, kept as a whole number: exact, and summed exactly, everywhere."""

    impl = BigInteger
    cache_ok = True
    places = PLACES

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        del dialect
        return None if value is None else int((value / self.places).to_integral_exact())

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Decimal | None:
        del dialect
        return None if value is None else Decimal(int(value)) * self.places


class Ratio(Amount):
    """A Decimal of eight places, for what one unit of a currency is worth: banks write six."""

    cache_ok = True
    places = RATIO_PLACES
