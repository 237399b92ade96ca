"""How long the map's shell and its answers take, beside Folium's own markers and one GeoJSON."""

import random
import time
from collections.abc import Iterator
from typing import Any

import folium
import orjson
from flask import Flask
from folium.plugins import MarkerCluster
from sqlalchemy import func, select

from app.cases.models import Case
from app.database import reading
from app.registers.models import Marker
from benchmarks.crew import BenchmarkError, alone
from benchmarks.databases import Instance, large
from benchmarks.harness import Options, Row, measured, median_of_rounds
from benchmarks.visitors import VISITORS, Delays, application, opened, signed_in

NAME = "map"
ANSWER_MS = 50.0
ZOOMS = range(5, 15)
WIDTH, HEIGHT, TILE = 1280, 800, 256  # pixels
NATION = "102.0,8.0,117.5,23.5"
FOLIUM, GEOJSON = "folium.Marker + MarkerCluster", "one embedded GeoJSON"


def measure(options: Options) -> Iterator[Row]:
    for engine in options.engines:
        instance = large(engine, options.cases)
        sizes: dict[str, int] = {}
        for visitor in VISITORS:
            figures = alone(_figures, instance, visitor, options)
            sizes = sizes or figures["sizes"]
            yield _answer_row(engine, visitor, figures)
            yield _shell_row(engine, visitor, figures)
        if engine == options.engines[0]:
            yield from alone(_against_folium, instance, options, sizes)


def _answer_row(engine: str, visitor: str, figures: dict[str, Any]) -> Row:
    views = Delays.of([delay for found in figures["views"].values() for delay in found])
    nation = Delays.of(figures["nation"])
    by_zoom = "; ".join(f"z{zoom} {Delays.of(found)}" for zoom, found in figures["views"].items())
    told = (
        f"{figures['cases']} cases, {figures['markers']} markers; p50 {views.half:.1f} ms; "
        f"the nation {nation}; p50/p99 by zoom: {by_zoom}"
    )
    worst = max(views.last, nation.last)
    return measured(
        f"{NAME}: answer to a view p99, {engine}, {visitor}",
        worst,
        "ms",
        target=f"< {ANSWER_MS:g} ms",
        met=worst < ANSWER_MS,
        note=told,
    )


def _shell_row(engine: str, visitor: str, figures: dict[str, Any]) -> Row:
    shell = Delays.of(figures["shell"])
    return measured(
        f"{NAME}: shell p99, {engine}, {visitor}", shell.last, "ms", note=f"p50 {shell.half:.1f} ms"
    )


# --- in the measuring process -----------------------------------------------------------------


def _figures(instance: Instance, visitor: str, options: Options) -> dict[str, Any]:
    app = application(instance)
    client, chance = signed_in(app, visitor), random.Random(2026)  # noqa: S311  no secret
    places = places_looked_at(app, chance, options.requests)
    figures: dict[str, Any] = {"views": {zoom: [] for zoom in ZOOMS}, "nation": [], "shell": []}
    nation = f"/ban-do/doi-tuong?bbox={NATION}&zoom=5"
    for warm in ("/ban-do", nation):
        opened(client, warm)
    for number in range(options.requests):
        zoom = ZOOMS[number % len(ZOOMS)]
        box = box_of(places[number], zoom)
        seconds, _ = opened(client, f"/ban-do/doi-tuong?bbox={box}&zoom={zoom}")
        figures["views"][zoom].append(seconds)
        seconds, answer = opened(client, nation)
        figures["nation"].append(seconds)
        seconds, shell = opened(client, "/ban-do")
        figures["shell"].append(seconds)
    figures["sizes"] = {"shell": len(shell), "nation": len(answer)}
    with app.app_context():
        figures["cases"] = reading().scalar(select(func.count(Case.z_key)))
        figures["markers"] = reading().scalar(select(func.count(Marker.z_key)))
    return figures


def places_looked_at(app: Flask, chance: random.Random, count: int) -> list[tuple[float, float]]:
    """People look where something is: half at cases, half at markers."""
    with app.app_context():
        session = reading()
        found: list[tuple[float, float]] = []
        for model in (Case, Marker):
            last = session.scalar(select(func.max(model.id))) or 0
            for _ in range(count // 2 + 1):
                row = session.execute(
                    select(model.lat, model.lon)
                    .where(model.id >= chance.randint(1, max(last, 1)), model.z_key.is_not(None))
                    .order_by(model.id)
                    .limit(1)
                ).first()
                found += [(row.lat, row.lon)] if row else []
    if not found:
        raise BenchmarkError("no case or marker has a place: is the demonstration loaded?")
    chance.shuffle(found)
    return [found[number % len(found)] for number in range(count)]


def box_of(place: tuple[float, float], zoom: int) -> str:
    """A view of 1280 × 800 pixels around a place, in degrees."""
    lat, lon = place
    degrees = 360 / (TILE * 2**zoom)
    wide, high = WIDTH * degrees / 2, HEIGHT * degrees / 2
    edges = (lon - wide, lat - high, lon + wide, lat + high)
    return ",".join(f"{edge:.5f}" for edge in edges)


# --- the other ways ---------------------------------------------------------------------------


def _against_folium(instance: Instance, options: Options, sizes: dict[str, int]) -> list[Row]:
    app = application(instance)
    client = signed_in(app, "ministry")
    opened(client, "/ban-do")
    with app.app_context():
        marked = select(Marker.lat, Marker.lon, Marker.label).where(Marker.z_key.is_not(None))
        points = [tuple(row) for row in reading().execute(marked)]
    made: dict[str, int] = {}
    ours = "the shell and the national view"

    def shell() -> float:
        first, page = opened(client, "/ban-do")
        second, answer = opened(client, f"/ban-do/doi-tuong?bbox={NATION}&zoom=5")
        made[ours] = len(page) + len(answer)
        return (first + second) * 1000

    figures = median_of_rounds(
        {
            ours: shell,
            FOLIUM: lambda: _built(folium_page, points, made, FOLIUM),
            GEOJSON: lambda: _built(geojson_page, points, made, GEOJSON),
        },
        1 if options.is_quick else min(options.rounds, 3),
    )
    told = f"{len(points)} markers; sizes {sizes}"
    return [
        measured(
            f"{NAME}: server time until the first features",
            figures.pop(ours),
            "ms",
            peers=figures,
            target="ahead of both",
            met=None,
            note=told,
        ),
        measured(
            f"{NAME}: bytes until the first features",
            made.pop(ours) / 1000,
            "kB",
            peers={name: size / 1000 for name, size in made.items()},
            note=told,
        ),
    ]


def _built(build: Any, points: list[Any], made: dict[str, int], name: str) -> float:
    began = time.perf_counter()
    made[name] = len(build(points).encode())
    return (time.perf_counter() - began) * 1000


def folium_page(points: list[Any]) -> str:
    page = folium.Map(location=[16, 107], zoom_start=6, tiles=None, maxZoom=14)
    cluster = MarkerCluster().add_to(page)
    for lat, lon, label in points:
        folium.Marker([lat, lon], popup=folium.Popup(label)).add_to(cluster)
    drawn: str = page.get_root().render()
    return drawn


def geojson_page(points: list[Any]) -> str:
    page = folium.Map(location=[16, 107], zoom_start=6, tiles=None, maxZoom=14)
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
            "properties": {"label": label},
        }
        for lat, lon, label in points
    ]
    content = orjson.dumps({"type": "FeatureCollection", "features": features}).decode()
    folium.GeoJson(content, marker=folium.CircleMarker(radius=4)).add_to(page)
    drawn: str = page.get_root().render()
    return drawn
