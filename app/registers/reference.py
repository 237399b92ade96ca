"""Fills the registers' reference tables from dated data files; running it again changes nothing."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import geopandas as gpd
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.geo.gazetteer import Manifest
from app.registers.counterpart import load_counterpart_fields
from app.registers.dated_rules import load_dated_rules
from app.registers.inspection_services import load_intervals
from app.registers.models import BorderLine, LineFact, Segment, VesselPrefix
from app.registers.vocabulary import words

_FOLDER = Path(__file__).parent / "data"


def load_reference(session: Session) -> None:
    """The three lines, the published figures, the dated rules, the letters of vessel numbers."""
    for entry in words("neighbour").values():
        session.merge(
            BorderLine(
                neighbour=entry.code,
                name=f"Việt Nam – {entry.vi}",
                name_en=f"Viet Nam – {entry.en}",
            )
        )
    for row in _rows("vessel_prefixes.csv"):
        session.merge(VesselPrefix(**row))
    _load_facts(session)
    load_dated_rules(session)
    load_intervals(session)
    load_counterpart_fields(session)
    session.flush()


def segments_of(manifest: Manifest) -> list[Segment]:
    """The stretches of the lines in a reference pack, where it has them."""
    layer = manifest.layers.get("border_segments")
    if layer is None:
        return []
    is_parquet = layer.path.suffix == ".parquet"
    frame = gpd.read_parquet(layer.path) if is_parquet else gpd.read_file(layer.path)
    return [
        Segment(
            neighbour=row["neighbour"],
            province_code=str(row["province_code"]),
            counterpart=row.get("counterpart") or "",
            name=row.get("segment_name") or f"{row['neighbour']}-{row['province_code']}",
            chainage_from_m=float(row["chainage_from_m"]),
            chainage_to_m=float(row["chainage_to_m"]),
        )
        for row in frame.drop(columns="geometry").to_dict("records")
    ]


def load_segments(session: Session, stretches: Iterable[Segment]) -> None:
    """Segments by line and name, as the reference pack draws them; chainages follow the pack."""
    held = {(one.neighbour, one.name): one for one in session.scalars(select(Segment))}
    for stretch in stretches:
        known = held.get((stretch.neighbour, stretch.name))
        if known is None:
            session.add(stretch)
            continue
        known.province_code = stretch.province_code
        known.counterpart = stretch.counterpart or known.counterpart
        known.chainage_from_m = stretch.chainage_from_m
        known.chainage_to_m = stretch.chainage_to_m
    session.flush()


def _load_facts(session: Session) -> None:
    held = {
        (fact.subject, fact.key, fact.as_of, fact.source)
        for fact in session.scalars(select(LineFact))
    }
    for row in _rows("line_facts.csv"):
        as_of = date.fromisoformat(row.pop("as_of"))
        if (row["subject"], row["key"], as_of, row["source"]) not in held:
            value = Decimal(row.pop("value"))
            session.add(LineFact(**row, as_of=as_of, value=value))


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as source:
        yield from csv.DictReader(source)
