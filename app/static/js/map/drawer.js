// The drawer of what was opened, on a phone a sheet from below; it stays while the map moves.
import { card } from "./cards.js";
import { load } from "./loading.js";
import { SMALL_SCREEN, map, root } from "./page.js";
import { current, drawn, mark, rows } from "./state.js";

const drawer = document.querySelector("[data-map-drawer]");
const body = drawer?.querySelector("[data-map-drawer-body]");
const NEAR_ZOOM = 13;
const MARGIN_PX = 24;
let shown = null; // the feature in the drawer
let said = "";
let from = ""; // the side to which one last walked

export function open(feature, { takesFocus = false, side = "", isCentred = false } = {}) {
  if (current.opened && current.opened !== feature.id) mark(current.opened, false);
  current.opened = feature.id;
  fill(feature, side);
  drawer.hidden = false;
  mark(feature.id, true);
  if (!isCentred) uncover(feature);
  if (takesFocus) drawer.focus({ preventScroll: true });
}

// The map moves aside where the drawer would lie over what it tells of.
function uncover(feature) {
  const at = map.latLngToContainerPoint([feature.lat, feature.lon]);
  const frame = map.getContainer().getBoundingClientRect();
  const box = drawer.getBoundingClientRect();
  const [right, down] = [at.x - (box.left - frame.left) + MARGIN_PX, at.y - (box.top - frame.top) + MARGIN_PX];
  const isBeside = right < 0 || down < 0 || at.y > box.bottom - frame.top + MARGIN_PX;
  if (!isBeside) map.panBy(right < down ? [right, 0] : [0, down]);
}

function fill(feature, side) {
  shown = feature;
  said = gist(feature);
  from = side;
  body.replaceChildren(card(feature, walkTo, side));
}

function gist({ shift, ...feature }) {
  return JSON.stringify(feature);
}

export function close() {
  if (drawer.hidden) return;
  const id = current.opened;
  const hadFocus = drawer.contains(document.activeElement);
  drawer.hidden = true;
  current.opened = null;
  current.walked = null;
  shown = null;
  if (id) mark(id, false);
  if (hadFocus) (rows.get(id)?.show ?? map.getContainer()).focus({ preventScroll: true });
}

// Along the border, or to what is listed but not in view.
export function walkTo(feature, side = "") {
  current.walked = feature;
  root.setAttribute("aria-busy", "true");
  const zoom = Math.max(map.getZoom(), NEAR_ZOOM);
  const below = SMALL_SCREEN.matches ? map.getSize().y / 4 : 0; // the sheet lies over the lower half
  map.setView(map.unproject(map.project([feature.lat, feature.lon], zoom).add([0, below]), zoom), zoom);
  open(feature, { takesFocus: Boolean(side), side, isCentred: true });
  load(); // the view may not have moved at all
}

// What the answer says anew of the opened feature; what is gone on that day is closed.
export function follow(answer) {
  const id = current.opened;
  if (!id) return;
  const found = answer.points.find((point) => point.id === id);
  if (found && !shown) open(found);
  else if (found && gist(found) !== said) renew(found);
  const isGone = !found && !answer.clusters.length && shown && map.getBounds().contains([shown.lat, shown.lon]);
  if (isGone && current.walked?.id !== id) close();
  mark(id, drawn.has(id));
}

function renew(feature) {
  const hadFocus = drawer.contains(document.activeElement);
  fill(feature, from);
  if (hadFocus) drawer.focus({ preventScroll: true });
}

export function startDrawer() {
  drawer.querySelector("[data-map-drawer-close]").addEventListener("click", close);
  drawer.addEventListener("keydown", (event) => event.key === "Escape" && close());
  map.getContainer().addEventListener("keydown", (event) => event.key === "Escape" && close());
}
