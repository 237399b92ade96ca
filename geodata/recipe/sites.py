"""Places checked points in every commune: the packages give centroids and no outlines."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import Geod

GEOD = Geod(ellps="WGS84")
WARD_REACH = 2.5  # an old ward lies within this many radii of its commune's centre
CENTRE_REACH = 2.5  # a commune's centre lies within this many radii of the middle of its old wards
SLACK_M = 1000.0
LONE_REACH = 8.0  # the same where only one old ward is known


def lineage(current: pd.DataFrame, legacy: pd.DataFrame, converter: dict[str, Any]) -> pd.DataFrame:
    """Return the old wards of each commune: code, old_province, is_whole, lat, lon (or NaN)."""
    whole = [
        (province, ward, old, True)
        for province, wards in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items()
        for ward, olds in wards.items()
        for old in olds
    ]
    split = [
        (province, part["newWardKey"], old, False)
        for province, olds in converter["DICT_PROVINCE_WARD_DIVIDED"].items()
        for old, parts in olds.items()
        for part in parts
    ]
    table = pd.DataFrame(whole + split, columns=["provinceKey", "wardKey", "old", "is_whole"])
    table = table.merge(
        current[["provinceKey", "wardKey", "wardCode"]], on=["provinceKey", "wardKey"]
    )
    keys = (
        legacy.provinceKey + "_" + legacy.districtKey.fillna("") + "_" + legacy.wardKey.fillna("")
    )
    table = table.merge(
        legacy.assign(old=keys)[["old", "provinceCode", "wardLat", "wardLon"]], on="old"
    )
    names = {"wardCode": "code", "provinceCode": "old_province", "wardLat": "lat", "wardLon": "lon"}
    columns = [*names.values(), "is_whole"]
    return table.rename(columns=names)[columns].sort_values(
        ["code", "lat", "lon"], ignore_index=True
    )


def members(wards: pd.DataFrame) -> pd.DataFrame:
    """Keep the wards that went whole into one commune and have a place of their own."""
    placed = wards[wards.is_whole & wards.lat.notna()]
    return placed.drop_duplicates(["lat", "lon"], keep=False, ignore_index=True)


def centres(current: pd.DataFrame, wards: pd.DataFrame) -> pd.DataFrame:
    """Return the communes by code with a checked centre, radius in metres and `is_moved`.

    A centroid that lies far from the wards its commune was made of is replaced by their median.
    """
    table = pd.DataFrame(
        {
            "code": current.wardCode,
            "province_code": current.provinceCode,
            "name": current.ward,
            "kind_vi": current.wardType,
            "lat": current.wardLat,
            "lon": current.wardLon,
            "radius_m": np.sqrt(current.wardAreaKm2.fillna(30.0) / np.pi) * 1000.0,
        }
    ).set_index("code")
    middle = wards.groupby("code")[["lat", "lon"]].agg("median").reindex(table.index)
    count = wards.groupby("code").size().reindex(table.index).fillna(0)
    far = _metres(table, middle)
    reach = np.where(count > 1, CENTRE_REACH, LONE_REACH)
    table["is_moved"] = (count > 0) & (far > reach * table.radius_m + SLACK_M)
    table.loc[table.is_moved, ["lat", "lon"]] = middle[table.is_moved]
    return table


def old_provinces(wards: pd.DataFrame) -> pd.Series:
    """Return the old province of each commune: the one that most of its wards came from."""
    return wards.groupby("code").old_province.agg(lambda codes: codes.mode().iloc[0])


def sites(communes: pd.DataFrame, wards: pd.DataFrame, old_of: pd.Series) -> pd.DataFrame:
    """Return the points to cut the land by: code, province_code, old_province, lat, lon.

    `wards` are the members, `old_of` the old province of each commune.
    """
    owner = communes.loc[wards.code]
    far = _metres(wards.set_index("code"), owner)
    near = wards[far <= WARD_REACH * owner.radius_m.to_numpy() + SLACK_M]
    own = communes.reset_index()[["code", "lat", "lon"]]
    own["old_province"] = own.code.map(old_of)
    points = pd.concat([own, near], ignore_index=True)
    points["province_code"] = points.code.map(communes.province_code)
    columns = ["code", "province_code", "old_province", "lat", "lon"]
    return points[columns].drop_duplicates(["lat", "lon"], ignore_index=True)


def _metres(first: pd.DataFrame, second: pd.DataFrame) -> NDArray[np.float64]:
    lon, lat = first.lon.to_numpy(), first.lat.to_numpy()
    other_lon, other_lat = second.lon.to_numpy(), second.lat.to_numpy()
    return np.asarray(GEOD.inv(lon, lat, other_lon, other_lat)[2])
