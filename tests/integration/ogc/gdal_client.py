"""GDAL in a process of its own: it holds the interpreter while it waits for the server.

Reads a question in JSON from its input and writes GDAL's answer in JSON.
"""

import json
import sys
from typing import Any

import numpy as np
import pyogrio
import pyogrio.raw


def answer(question: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
    pyogrio.set_gdal_config_options(question["config"])
    address, layer, options = question["address"], question.get("layer"), question["options"]
    if "bbox" in options:
        options["bbox"] = tuple(options["bbox"])
    if layer is None:
        return {"layers": [name for name, _kind in pyogrio.list_layers(address)]}
    info = pyogrio.read_info(address, layer=layer, force_feature_count=True)
    meta, _ids, geometry, columns = pyogrio.raw.read(address, layer=layer, **options)
    return {
        "count": info["features"],
        "types": dict(zip(info["fields"], info["dtypes"], strict=True)),
        "crs": meta["crs"],
        "points": [np.frombuffer(one, "<f8", 2, 5).tolist() for one in geometry if one],
        "values": {
            name: [str(value) for value in column]
            for name, column in zip(meta["fields"], columns, strict=True)
        },
    }


if __name__ == "__main__":
    try:
        said = answer(json.load(sys.stdin))
    except pyogrio.errors.DataSourceError as error:
        said = {"error": str(error)}
    json.dump(said, sys.stdout)
