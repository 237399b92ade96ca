"""Where things are: marker labels, coordinates, border lines and places, without any framework."""
