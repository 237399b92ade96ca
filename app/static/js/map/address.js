// The address of the page says the whole view: place, filters, layers. It follows the map.
import { form, isoOf, map, settings } from "./page.js";
import { current } from "./state.js";

export const asked = new URLSearchParams(location.search); // as it came, before the map moved
const ONLY_HERE = ["xem", "nen", "mo", "luoi", "he", "lop", "so-sanh", "chuyen-de", "theo", "cach"]; // what the queue knows nothing of
const DAYS = ["ngay", "so-sanh"];
const told = []; // what other parts of the page say in the address: params => void

export function tellAddress(tell) {
  told.push(tell);
}

export function tellRest(params) {
  for (const tell of told) tell(params);
}

export function readView() {
  const said = asked.get("xem");
  const parts = (said ?? "").split("/").map(Number);
  if (parts.length === 3 && parts.every(Number.isFinite)) {
    map.setView([parts[1], parts[2]], parts[0], { animate: false });
  } else if (settings.focus) {
    current.opened = settings.focus.id;
    map.setView([settings.focus.lat, settings.focus.lon], 15, { animate: false });
  } else if (settings.home) {
    map.fitBounds(settings.home, { animate: false, maxZoom: 10 });
  }
}

export function writeAddress() {
  const params = filters();
  const centre = map.getCenter().wrap();
  params.set("xem", `${map.getZoom()}/${centre.lat.toFixed(4)}/${centre.lng.toFixed(4)}`);
  if (asked.has("moc") && !params.has("moc")) params.set("moc", asked.get("moc"));
  tellRest(params);
  history.replaceState(history.state, "", `${location.pathname}?${params}`);
  for (const link of document.querySelectorAll("[data-map-queue]")) {
    const inQueue = new URLSearchParams(params);
    for (const name of ONLY_HERE) inQueue.delete(name);
    if (!inQueue.has("muc")) inQueue.set("muc", "tat-ca");
    for (const [name, value] of new URLSearchParams(link.dataset.mapQueueMore)) inQueue.set(name, value);
    link.href = `${link.dataset.mapQueue}?${inQueue}`;
  }
  const held = form?.querySelector("[name=xem]");
  if (held) held.value = params.get("xem");
}

// What the form says, without what says nothing: all boxes ticked narrow nothing.
export function filters() {
  const params = new URLSearchParams();
  if (!form) return params;
  for (const [name, value] of new FormData(form)) {
    if (!value || name === "xem" || name === "lop" || name === "loai") continue;
    params.append(name, DAYS.includes(name) ? isoOf(value) : value);
  }
  for (const name of ["lop", "loai"]) {
    const boxes = [...form.querySelectorAll(`input[type=checkbox][name="${name}"]`)];
    const ticked = boxes.filter((box) => box.checked);
    if (ticked.length === boxes.length) continue;
    if (name === "loai" && !ticked.length) continue;
    for (const box of ticked) params.append(name, box.value);
    if (!ticked.length) params.append(name, "khong");
  }
  return withoutIdleKinds(params);
}

function withoutIdleKinds(params) {
  const boxes = [...(form?.querySelectorAll('input[type=checkbox][name="loai"]') ?? [])];
  if (boxes.length && boxes.every((box) => !box.checked)) {
    const markers = form.querySelector('input[name="lop"][value="moc"]');
    params.delete("lop");
    params.append("lop", markers?.checked ? "moc" : "khong");
  }
  return params;
}
