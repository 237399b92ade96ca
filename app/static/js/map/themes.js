// Areas shaded by figures: a layer below the features, its legend, and a table that says the same.
import { asked, filters, tellAddress, writeAddress } from "./address.js";
import { element, map, settings } from "./page.js";
import { svg } from "./symbols.js";

const said = settings.theme;
const PAUSE_MS = 1500;
const PATIENCE = 40; // questions while a worker builds the day
const choices = {
  "chuyen-de": document.querySelector("[data-map-theme]"),
  theo: document.querySelector("[data-map-theme-units]"),
  cach: document.querySelector("[data-map-theme-method]"),
};
const part = (name) => document.querySelector(`[data-map-theme-${name}]`);
const layer = L.layerGroup();
let asking = null;
let timer = 0;
let shownDay = null;

function params() {
  const made = new URLSearchParams();
  for (const [name, choice] of Object.entries(choices)) made.set(name, choice.value);
  const day = filters().get("ngay");
  if (day) made.set("ngay", day);
  return made;
}

function swatch(shade) {
  const picture = svg("svg", { viewBox: "0 0 20 12", width: 20, height: 12, "aria-hidden": "true", class: "map-sample" });
  picture.append(svg("path", { d: "M1 1h18v10H1z", class: `theme-area theme-${shade ?? "none"}` }));
  return picture;
}

async function load(patience = PATIENCE) {
  clearTimeout(timer);
  asking?.abort();
  const isOn = Boolean(choices["chuyen-de"].value);
  part("more").hidden = !isOn;
  const wanted = params();
  shownDay = wanted.get("ngay");
  part("table").href = `${part("table").dataset.mapThemeTable}?${wanted}`;
  if (!isOn) return clear("");
  const mine = (asking = new AbortController());
  try {
    const answer = await fetch(`${said.url}?${wanted}`, { signal: mine.signal, credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    const found = await answer.json();
    if (!found.building) return show(found);
    clear(said.building);
    if (patience) timer = setTimeout(() => load(patience - 1), PAUSE_MS);
  } catch (problem) {
    if (problem.name !== "AbortError") clear(said.failed);
  }
}

function clear(text) {
  layer.clearLayers();
  part("legend").replaceChildren();
  part("said").textContent = text;
  part("rows").hidden = true;
}

function show(found) {
  layer.clearLayers();
  layer.addLayer(L.geoJSON(found.features, {
    pane: "themes",
    renderer: L.svg({ pane: "themes", padding: 0.3 }),
    style: ({ geometry, properties: { shade } }) => ({
      className: `${geometry.type.endsWith("Polygon") ? "theme-area" : "theme-line"} theme-${shade ?? "none"}`,
    }),
    onEachFeature: ({ properties }, drawn) => drawn.bindTooltip(() => hint(properties, found), { sticky: true }),
  }));
  showLegend(found);
  showRows(found);
}

function hint(area, found) {
  const made = element("div");
  made.append(element("strong", "", area.name), element("br"));
  made.append(area.shade ? `${area.value} ${found.unit}` : said.noFigure, element("br"));
  made.append(element("small", "", `${found.part}: ${area.part}; ${found.whole}: ${area.whole}`));
  return made;
}

function showLegend(found) {
  const lines = found.classes.map((text, index) => {
    const line = element("li");
    line.append(swatch(index + 1), `${text} ${found.unit}`);
    return line;
  });
  if (found.lines.some((line) => !line.shade)) {
    const line = element("li");
    line.append(swatch(null), said.noFigure);
    lines.push(line);
  }
  part("legend").replaceChildren(...lines);
  part("said").textContent = found.lines.length ? found.notes.join(" ") : said.none;
}

function showRows(found) {
  const table = part("rows");
  const head = element("tr");
  for (const text of [said.place, found.unit, found.part, found.whole]) {
    const cell = element("th", "", text);
    cell.scope = "col";
    head.append(cell);
  }
  table.querySelector("caption").textContent = found.name;
  table.querySelector("thead").replaceChildren(head);
  table.querySelector("tbody").replaceChildren(...found.lines.map((one) => {
    const line = element("tr");
    const first = element("th");
    first.scope = "row";
    first.append(swatch(one.shade), ` ${one.name}`);
    line.append(first, ...[one.value, one.part, one.whole].map((text) => element("td", "", text)));
    return line;
  }));
  table.hidden = !found.lines.length;
}

// The day of the map is the day of the figures.
export function followDay() {
  if (choices["chuyen-de"]?.value && params().get("ngay") !== shownDay) load();
}

export function startThemes() {
  if (!choices["chuyen-de"]) return;
  map.createPane("themes").style.zIndex = 215;
  layer.addTo(map);
  for (const [name, choice] of Object.entries(choices)) {
    if ([...choice.options].some((option) => option.value === asked.get(name))) choice.value = asked.get(name);
    choice.addEventListener("change", () => (load(), writeAddress()));
  }
  tellAddress((made) => {
    if (!choices["chuyen-de"].value) return;
    for (const [name, choice] of Object.entries(choices)) if (choice.selectedIndex) made.set(name, choice.value);
  });
  load();
}
