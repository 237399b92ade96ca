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
export const TONES = ["overdue", "waiting", "working", "initial", "done", "closed"];
export const SMALL_SCREEN = matchMedia("(max-width: 767.98px)");

