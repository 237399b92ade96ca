// Drawing on the map with pointer, finger or keys: the points go to whoever asked for them.
import { SMALL_SCREEN, map, settings } from "./page.js";

const CLOSE_PX = 6; // a second click on the same spot ends the drawing
const panel = document.querySelector("[data-map-tool]");
const said = panel?.querySelector("[data-map-tool-said]");
const hint = panel?.querySelector("[data-map-tool-hint]");
const finish = panel?.querySelector("[data-map-tool-finish]");
const undo = panel?.querySelector("[data-map-tool-back]");
const layer = L.layerGroup().addTo(map);
let job = null;

// job: {kind: "line" | "area" | "box", button, hint, change(points), done(points), keep}
export function start(wanted) {
  const again = job?.button === wanted.button;
  stop();
  if (again) return;
  job = { ...wanted, points: [], isDone: false };
  job.button.setAttribute("aria-pressed", "true");
  map.getContainer().classList.add("is-drawing");
  map.doubleClickZoom.disable();
  hint.textContent = SMALL_SCREEN.matches ? job.hint : `${job.hint} ${settings.tools.keys}`;
  said.textContent = "";
  panel.hidden = false;
  finish.hidden = undo.hidden = false;
  map.getContainer().focus({ preventScroll: true });
}

export function stop() {
  if (!job) return;
  const { button, closed } = job;
  button.setAttribute("aria-pressed", "false");
  release();
  job = null;
  layer.clearLayers();
  panel.hidden = true;
  closed?.();
}

function release() {
  map.getContainer().classList.remove("is-drawing");
  map.doubleClickZoom.enable();
}

export function say(...parts) {
  said.replaceChildren(...parts);
}

export function isDrawing() {
  return Boolean(job && !job.isDone);
}

function add(place) {
  const { points, kind } = job;
  const at = map.latLngToContainerPoint(place);
  const near = (point) => point && map.latLngToContainerPoint(point).distanceTo(at) < CLOSE_PX;
  if (near(points.at(-1)) || (kind === "area" && points.length > 2 && near(points[0]))) return end();
  points.push(place);
  sketch();
  if (kind === "box" && points.length === 2) end();
}

function back() {
  job.points.pop();
  sketch();
}

function end() {
  const { points, kind } = job;
  if (points.length < (kind === "area" ? 3 : 2)) return;
  job.isDone = true;
  finish.hidden = undo.hidden = true;
  release();
  sketch();
  job.done?.(corners(points, kind));
}

function corners(points, kind) {
  if (kind !== "box" || points.length < 2) return points;
  const [one, other] = points;
  return [one, L.latLng(one.lat, other.lng), other, L.latLng(other.lat, one.lng)];
}

function sketch(moving) {
  const { points, kind, isDone } = job;
  const all = corners(moving && !isDone ? [...points, moving] : points, kind);
  layer.clearLayers();
  const style = { className: "map-sketch", interactive: false };
  if (all.length > 1) layer.addLayer(kind === "line" ? L.polyline(all, style) : L.polygon(all, style));
  for (const point of points) layer.addLayer(L.circleMarker(point, { ...style, radius: 4, className: "map-sketch-point" }));
  job.change?.(all, isDone);
}

export function startDrawing() {
  if (!panel) return;
  map.on("click", (event) => isDrawing() && add(event.latlng));
  map.on("mousemove", (event) => isDrawing() && job.points.length && sketch(event.latlng));
  const act = { finish: () => isDrawing() && end(), back: () => isDrawing() && job.points.length && back(), close: stop };
  for (const [name, run] of Object.entries(act)) panel.querySelector(`[data-map-tool-${name}]`).addEventListener("click", run);
  document.addEventListener("keydown", (event) => {
    if (!job) return;
    if (event.key === "Escape") return stop();
    if (job.isDone || !map.getContainer().contains(event.target)) return;
    const keys = { " ": () => add(map.getCenter()), Enter: end, Backspace: back };
    if (!keys[event.key] || event.target.closest("button, a")) return;
    event.preventDefault();
    keys[event.key]();
  });
}
