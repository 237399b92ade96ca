// Where the pointer is, in the system that the reader chose; a click holds the position for copying.
import { asked, tellAddress, writeAddress } from "./address.js";
import { isDrawing } from "./draw.js";
import { SMALL_SCREEN, map, settings } from "./page.js";

const { where: words } = settings;
const PAUSE_MS = 150;
const FIRST = "wgs-do";
const bar = document.querySelector("[data-map-where]");
const said = bar?.querySelector("[data-map-where-said]");
const system = bar?.querySelector("[data-map-system]");
const button = document.querySelector("[data-map-where-switch]");
let shown = null; // where the pointer is, else the middle of the map
let held = null; // the mark of a position that a click holds
let timer = 0;
let asking = null;

const degrees = (value) =>
  new Intl.NumberFormat(settings.locale === "en" ? "en-GB" : "vi-VN", {
    minimumFractionDigits: 6, maximumFractionDigits: 6,
  }).format(value);

function sexagesimal(value, letters) {
  const tenths = Math.round(Math.abs(value) * 36_000);
  const [whole, rest] = [Math.floor(tenths / 36_000), tenths % 36_000];
  const seconds = ((rest % 600) / 10).toFixed(1).padStart(4, "0").replace(".", ",");
  return `${whole}°${String(Math.floor(rest / 600)).padStart(2, "0")}'${seconds}"${letters[value < 0 ? 1 : 0]}`;
}

// Plain degrees are written here; what needs a datum or a projection is asked of the server.
function inDegrees({ lat, lng }) {
  if (system.value === FIRST) return `${degrees(lat)}${settings.locale === "en" ? "," : ";"} ${degrees(lng)}`;
  if (system.value !== "wgs-dms") return null;
  const [north, east] = settings.locale === "en" ? ["NS", "EW"] : ["BN", "ĐT"];
  return `${sexagesimal(lat, north)} ${sexagesimal(lng, east)}`;
}

function show(place) {
  shown = place.wrap();
  if (bar.hidden) return;
  clearTimeout(timer);
  const plain = inDegrees(shown);
  if (plain) said.textContent = plain;
  else timer = setTimeout(ask, PAUSE_MS);
}

async function ask() {
  asking?.abort();
  const mine = (asking = new AbortController());
  const body = new FormData();
  body.set("csrf_token", document.querySelector("input[name=csrf_token]").value);
  body.set("lat", shown.lat);
  body.set("lon", shown.lng);
  try {
    const answer = await fetch(words.url, {
      method: "POST", body, signal: mine.signal, credentials: "same-origin", headers: { Accept: "application/json" },
    });
    const line = answer.ok ? (await answer.json())[system.value] : null;
    said.textContent = line?.text ?? words.none;
    said.title = line?.note ?? "";
  } catch (problem) {
    if (problem.name !== "AbortError") said.textContent = words.none;
  }
}

function hold(place) {
  held?.remove();
  held = L.circleMarker(place, { radius: 5, className: "map-held", interactive: false }).addTo(map);
  show(place);
}

function letGo() {
  held?.remove();
  held = null;
}

function open(isOpen) {
  bar.hidden = !isOpen;
  button.setAttribute("aria-pressed", String(isOpen));
  if (isOpen) show(shown ?? map.getCenter());
  else letGo();
}

function copy() {
  const text = said.textContent;
  navigator.clipboard?.writeText(text).then(() => {
    said.textContent = words.copied;
    setTimeout(() => (said.textContent = text), 1500);
  });
}

export function startWhere() {
  if (!bar) return;
  if ([...system.options].some((option) => option.value === asked.get("he"))) system.value = asked.get("he");
  tellAddress((params) => system.value !== FIRST && params.set("he", system.value));
  system.addEventListener("change", () => (show(shown ?? map.getCenter()), writeAddress()));
  button.addEventListener("click", () => open(bar.hidden));
  bar.querySelector("[data-map-where-copy]").addEventListener("click", copy);
  map.on("mousemove", (event) => held || show(event.latlng));
  map.on("moveend", () => held || show(map.getCenter()));
  map.on("click", (event) => isDrawing() || bar.hidden || hold(event.latlng));
  map.getContainer().addEventListener("keydown", (event) => event.key === "Escape" && letGo());
  open(!SMALL_SCREEN.matches);
}
