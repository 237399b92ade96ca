// The tree of layers: those that Folium put into its layer control, by group, with opacity and scale.
import { asked, tellAddress, writeAddress } from "./address.js";
import { element, map, numbers, settings } from "./page.js";
import { svg } from "./symbols.js";

const SCALE_AT_0 = 559_082_264; // of Web Mercator on the equator, at 0.28 mm a pixel
const FULL = 100;
const overlays = Object.entries(globalThis.layer_control_base_layers?.overlays ?? {}).map(([name, layer]) => ({
  name, layer, said: layer.said ?? {}, wasShown: map.hasLayer(layer),
}));
const sliders = [...document.querySelectorAll("[data-map-opacity]")];

function said(text) {
  return settings.drawn[text.trim()] ?? text;
}

function scaleWords(text, zoom) {
  const exact = (SCALE_AT_0 * Math.cos((map.getCenter().lat * Math.PI) / 180)) / 2 ** zoom;
  const step = 10 ** Math.floor(Math.log10(exact) - 1);
  const scale = numbers.format(Math.round(exact / step) * step);
  return text.replace("{zoom}", numbers.format(zoom)).replace("{scale}", scale);
}

export function growTree() {
  if (typeof layer_control_base !== "undefined") layer_control_base.remove(); // the tree stands for it
  const wanted = new Set((asked.get("nen") ?? "").split(".").filter(Boolean).map(Number));
  overlays.forEach((one, index) => {
    const home = document.querySelector(`[data-map-group~="${CSS.escape(one.said.code ?? "")}"]`);
    (home ?? document.querySelector("[data-map-group]"))?.append(branch(one));
    if (wanted.has(index)) toggle(one, !one.wasShown);
  });
  readOpacity();
  tellAddress(tellLayers);
  for (const slider of sliders) {
    slider.addEventListener("input", () => fade(slider));
    slider.addEventListener("change", writeAddress);
  }
  for (const swatch of document.querySelectorAll("[data-map-swatch]")) swatch.append(sample(swatch.dataset.mapSwatch, "line"));
  map.on("zoomend", sayScales);
  sayScales();
}

function branch(one) {
  const line = element("label");
  one.box = element("input");
  one.box.type = "checkbox";
  one.box.checked = one.wasShown;
  one.box.addEventListener("change", () => {
    toggle(one, one.box.checked);
    writeAddress();
  });
  const text = element("span", "", said(one.name));
  one.scale = element("small", "map-scale-range");
  if (one.said.from) text.append(one.scale);
  line.append(one.box, sample(one.said.code, one.said.kind), text);
  one.line = line;
  return line;
}

function toggle(one, isShown) {
  one.box.checked = isShown;
  if (isShown) map.addLayer(one.layer);
  else map.removeLayer(one.layer);
}

// A little of the layer itself: the same classes give it the same colours.
function sample(code, kind) {
  const picture = svg("svg", { viewBox: "0 0 20 12", width: 20, height: 12, "aria-hidden": "true", class: "map-sample" });
  const shapes = {
    point: ["circle", { cx: 10, cy: 6, r: 4 }],
    area: ["path", { d: "M2 2h16v8H2z" }],
    line: ["path", { d: "M1 6h18" }],
  };
  const [name, facts] = shapes[kind] ?? shapes.line;
  picture.append(svg(name, { ...facts, class: `base base-${code} is-official is-cn` }));
  return picture;
}

function sayScales() {
  const zoom = map.getZoom();
  for (const { said: { from }, scale, line } of overlays) {
    if (!from) continue;
    scale.textContent = scaleWords(settings.tree.from, from);
    line.classList.toggle("is-out", zoom < from);
  }
  const now = document.querySelector("[data-map-zoom]");
  if (now) now.textContent = scaleWords(settings.tree.zoom, zoom);
}

// --- opacity and the address --------------------------------------------------------------

function fade(slider) {
  map.getContainer().style.setProperty(`--opacity-${slider.dataset.mapOpacity}`, slider.value / FULL);
}

function readOpacity() {
  for (const part of (asked.get("mo") ?? "").split("_")) {
    const [code, value] = part.split(".");
    const slider = sliders.find((one) => one.dataset.mapOpacity === code);
    if (!slider || !Number.isFinite(Number(value))) continue;
    slider.value = value;
    fade(slider);
  }
}

function tellLayers(params) {
  const changed = overlays.flatMap(({ layer, wasShown }, index) => (map.hasLayer(layer) === wasShown ? [] : [index]));
  if (changed.length) params.set("nen", changed.join("."));
  const faded = sliders.filter((slider) => Number(slider.value) !== FULL);
  if (faded.length) params.set("mo", faded.map((slider) => `${slider.dataset.mapOpacity}.${slider.value}`).join("_"));
}

// The published map was drawn once, in Vietnamese, for readers of every language.
export function sayDrawnWords() {
  const controls = document.querySelector(".leaflet-control-container");
  const texts = document.createTreeWalker(controls, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) texts.currentNode.data = said(texts.currentNode.data);
  for (const named of controls.querySelectorAll("[title], [aria-label]")) {
    for (const name of ["title", "aria-label"]) {
      if (named.hasAttribute(name)) named.setAttribute(name, said(named.getAttribute(name)));
    }
  }
  const options = map.fullscreenControl?.options ?? {};
  for (const name of ["title", "titleCancel"]) if (options[name]) options[name] = said(options[name]);
}
