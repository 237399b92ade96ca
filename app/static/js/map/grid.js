// The grid over the map: meridians and parallels drawn here, kilometres from the server.
import { asked, tellAddress, writeAddress } from "./address.js";
import { element, map, settings } from "./page.js";

const LINES = 6;
const MINUTE = 1 / 60;
const STEPS = [10, 5, 2, 1, 0.5, 0.25, 10 * MINUTE, 5 * MINUTE, 2 * MINUTE, MINUTE, MINUTE / 2, MINUTE / 4];
const choice = document.querySelector("[data-map-grid]");
const layer = L.layerGroup();
let asking = null;

function named(value, letters) {
  const seconds = Math.round(Math.abs(value) * 3600);
  const parts = [`${Math.floor(seconds / 3600)}°`];
  if (seconds % 3600) parts.push(`${String(Math.floor((seconds % 3600) / 60)).padStart(2, "0")}'`);
  if (seconds % 60) parts.push(`${String(seconds % 60).padStart(2, "0")}"`);
  return parts.join("") + (value ? letters[value < 0 ? 1 : 0] : "");
}

function draw(points, text, isUpright) {
  layer.addLayer(L.polyline(points, { pane: "grid", className: "map-grid", interactive: false }));
  const size = map.getSize();
  const edge = points.map((point) => map.latLngToContainerPoint(point)).find((at) => at.x >= 0 && at.y >= 0 && at.x <= size.x && at.y <= size.y);
  if (!edge) return;
  const at = isUpright ? [edge.x, size.y - 14] : [size.x - 34, edge.y];
  const icon = L.divIcon({ html: element("span", "", text), className: "map-grid-label", iconSize: [0, 0] });
  layer.addLayer(L.marker(map.containerPointToLatLng(at), { pane: "grid", icon, interactive: false, keyboard: false }));
}

function drawDegrees() {
  const view = map.getBounds();
  const [north, east] = settings.locale === "en" ? ["NS", "EW"] : ["BN", "ĐT"];
  const wide = Math.max(view.getEast() - view.getWest(), view.getNorth() - view.getSouth());
  const step = STEPS.find((one) => wide / one >= LINES) ?? STEPS.at(-1);
  for (let n = Math.ceil(view.getWest() / step); n * step <= view.getEast(); n += 1) {
    draw([[view.getSouth(), n * step], [view.getNorth(), n * step]], named(n * step, east), true);
  }
  for (let n = Math.ceil(view.getSouth() / step); n * step <= view.getNorth(); n += 1) {
    draw([[n * step, view.getWest()], [n * step, view.getEast()]], named(n * step, north), false);
  }
}

async function drawKilometres(kind) {
  asking?.abort();
  asking = new AbortController();
  const view = map.getBounds();
  const edges = [view.getWest(), view.getSouth(), view.getEast(), view.getNorth()];
  const params = new URLSearchParams({ he: kind, bbox: edges.map((edge) => edge.toFixed(4)).join(",") });
  try {
    const answer = await fetch(`${settings.where.grid}?${params}`, { signal: asking.signal, credentials: "same-origin" });
    const lines = answer.ok ? await answer.json() : [];
    layer.clearLayers();
    for (const { label, points } of lines) {
      const upright = points.length > 1 && Math.abs(points[0][0] - points.at(-1)[0]) > Math.abs(points[0][1] - points.at(-1)[1]);
      if (points.length > 1) draw(points, label, upright);
    }
  } catch (problem) {
    if (problem.name !== "AbortError") layer.clearLayers();
  }
}

function redraw() {
  if (["vn", "utm", "tm3"].includes(choice.value)) return drawKilometres(choice.value);
  asking?.abort();
  layer.clearLayers();
  if (choice.value === "do") drawDegrees();
}

export function startGrid() {
  if (!choice) return;
  const pane = map.createPane("grid");
  pane.style.zIndex = 245;
  pane.classList.add("map-pane-still");
  if ([...choice.options].some((option) => option.value === asked.get("luoi"))) choice.value = asked.get("luoi");
  layer.addTo(map);
  tellAddress((params) => choice.value && params.set("luoi", choice.value));
  choice.addEventListener("change", () => (redraw(), writeAddress()));
  map.on("moveend", redraw);
}
