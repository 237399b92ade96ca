"""The map: published base layers, and features that come by bounding box under rights."""
