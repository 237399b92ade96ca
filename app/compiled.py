"""A statement made ready for the driver: its text, and how values go in and come out."""

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Dialect, Executable


class Compiled:
    """The text of a statement for one dialect, and how its values go in and come out."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        # ClauseElement.compile is typed on a base that Executable does not show.
        compiled: Any = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        if compiled.post_compile_params:  # lists of fixed values are written out once
            compiled = statement.compile(  # type: ignore[attr-defined]
                dialect=dialect, compile_kwargs={"render_postcompile": True}
            )
        self.sql = str(compiled)
        self._is_positional = bool(compiled.positional)
        self._names: tuple[str, ...] = tuple(compiled.positiontup or compiled.params)
        self._fixed = {name: compiled.params[name] for name in self._names}
        self._values = _getter(self._names)
        binders = {
            bind.key: bind.type.dialect_impl(dialect).bind_processor(dialect)
            for bind in compiled.binds.values()
        }
        self._in = tuple(
            (place, binder)
            for place, binder in enumerate(map(binders.get, self._names))
            if binder is not None
        )
        columns = getattr(statement, "selected_columns", ())
        self._columns = tuple(column.key for column in columns)
        readers = [
            (column.key, column.type.dialect_impl(dialect).result_processor(dialect, None))
            for column in columns
        ]
        self._out = tuple((name, reader) for name, reader in readers if reader is not None)

    def bind(self, values: Mapping[str, Any]) -> Sequence[Any] | dict[str, Any]:
        """The values as the driver takes them; what is not given keeps its fixed value."""
        bound = list(self._values({**self._fixed, **values}))
        for place, binder in self._in:
            bound[place] = binder(bound[place])
        return bound if self._is_positional else dict(zip(self._names, bound, strict=True))

    def read(self, row: Sequence[Any]) -> dict[str, Any]:
        said = dict(zip(self._columns, row, strict=True))
        for name, reader in self._out:
            said[name] = reader(said[name])
        return said


def _getter(names: Sequence[str]) -> Callable[[Mapping[str, Any]], Sequence[Any]]:
    """All values of these names at once; with fewer than two, itemgetter gives no sequence."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: [values[name] for name in names]
