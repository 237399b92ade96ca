// What the page gives its scripts: the map that Folium drew, the settings, the places to write into.
const { cotMoc } = globalThis;

export const root = document.querySelector("[data-map]");
export const map = globalThis[root.dataset.map];
export const settings = JSON.parse(root.dataset.settings);
export const { words } = settings;
export const { element, icon } = cotMoc;
export const form = document.querySelector("[data-map-filters]");
export const list = document.querySelector("[data-map-list]");
export const summary = document.querySelector("[data-map-summary]");
export const notice = document.querySelector("[data-map-notice]");
export const numbers = new Intl.NumberFormat(settings.locale === "en" ? "en-GB" : "vi-VN");
export const moments = new Intl.DateTimeFormat("vi-VN", {
  dateStyle: "short", timeStyle: "short", timeZone: settings.zone,
});
// A day as it is typed, dd/mm/yyyy, as the address says it; anything else as it is.
export function isoOf(text) {
  const found = text.trim().match(/^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/);
  return found ? `${found[3]}-${found[2].padStart(2, "0")}-${found[1].padStart(2, "0")}` : text.trim();
}

export const TONES = ["overdue", "waiting", "working", "initial", "done", "closed"];
export const SMALL_SCREEN = matchMedia("(max-width: 767.98px)");

