"""Exact amounts of money in the database: a Decimal of four places, kept as a whole number."""

from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Dialect
from sqlalchemy.types import TypeDecorator

PLACES = Decimal("0.0001")


class Amount(TypeDecorator[Decimal]):
    """A Decimal of four places, kept as a whole number: exact, and summed exactly, everywhere."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        del dialect
        return None if value is None else int((value / PLACES).to_integral_exact())

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Decimal | None:
        del dialect
        return None if value is None else Decimal(int(value)) * PLACES
