// What is on the map and in the list at this moment, by the id of the feature.
import { map, root } from "./page.js";

export const drawn = new Map(); // id -> {marker, feature}
export const rows = new Map(); // id -> {item, show, link, feature, said}
export const current = {
  opened: null, // id of the feature whose card is open
  walked: null, // the marker that one walked to along the border
  entered: null, // the cluster of the list that one went into
  chosen: null, // the answer that holds what was chosen by an area
};

export function mark(id, isMarked) {
  drawn.get(id)?.marker.getElement()?.classList.toggle("is-marked", isMarked);
  rows.get(id)?.show.classList.toggle("is-marked", isMarked);
}


export function zoomTo(cluster) {
  const [west, south, east, north] = cluster.box;
  root.setAttribute("aria-busy", "true"); // the move itself begins a frame later
  map.fitBounds([[south, west], [north, east]], { maxZoom: Math.max(map.getZoom() + 3, 12) });
}
