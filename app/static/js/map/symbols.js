// How a feature looks: the shape and fill of its type, the outline of its state; clusters as rings.
import { SMALL_SCREEN, TONES, numbers, settings } from "./page.js";

const NS = "http://www.w3.org/2000/svg";
const SHAPES = {
  circle: "M12 4.5a7.5 7.5 0 1 1 0 15a7.5 7.5 0 1 1 0-15z",
  diamond: "M12 3l9 9-9 9-9-9z",
  square: "M4.5 4.5h15v15h-15z",
  triangle: "M12 3.5l9 16.5h-18z",
  drop: "M12 22c-5-5.5-7-8.8-7-12.2a7 7 0 0 1 14 0c0 3.4-2 6.7-7 12.2z",
  ring: "M12 3a9 9 0 1 1 0 18a9 9 0 1 1 0-18zm0 5a4 4 0 1 0 0 8a4 4 0 1 0 0-8z",
};

export function svg(name, attributes) {
  const made = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

export function symbolOf(feature) {
  const known = feature.is === "marker" ? settings.kinds : settings.types;
  return known[feature.type] ?? { shape: "circle", color: "#bdbdbd", name: feature.type };
}

export function drawSymbol(feature, size) {
  const { shape, color } = symbolOf(feature);
  const picture = svg("svg", { viewBox: "0 0 24 24", width: size, height: size, "aria-hidden": "true" });
  picture.setAttribute("class", `map-symbol is-${feature.is} tone-${feature.tone}`);
  const d = SHAPES[shape] ?? SHAPES.circle;
  picture.append(svg("path", { d, class: "map-halo" }), svg("path", { d, class: "map-outline" }));
  picture.append(svg("path", { d, class: "map-fill", fill: color, "fill-rule": "evenodd" }));
  if (feature.tone === "overdue") {
    picture.append(svg("circle", { cx: 19, cy: 5, r: 4.5, class: "map-alarm" }));
    picture.append(svg("path", { d: "M19 2.6v2.8M19 6.8v.6", class: "map-alarm-mark" }));
  }
  return picture;
}

export function pointIcon(feature) {
  const size = feature.is === "marker" ? 20 : 24;
  const [right, down] = feature.shift ?? [0, 0];
  return L.divIcon({
    html: drawSymbol(feature, size),
    className: "map-feature",
    iconSize: [size, size],
    iconAnchor: [size / 2 - right, size / 2 - down],
  });
}

export function clusterSize(n) {
  return Math.round(Math.min(28 + 9.5 * Math.log10(n), 62) * (SMALL_SCREEN.matches ? 0.8 : 1));
}

export function clusterIcon(feature) {
  const size = clusterSize(feature.n);
  const picture = svg("svg", { viewBox: "0 0 60 60", width: size, height: size, "aria-hidden": "true" });
  picture.setAttribute("class", "map-cluster");
  picture.append(svg("circle", { cx: 30, cy: 30, r: 29, class: "map-cluster-ground" }));
  for (const arc of arcs(feature.tones, feature.n, 25)) picture.append(arc);
  const text = svg("text", { x: 30, y: 30, class: `map-cluster-count is-${String(feature.n).length}` });
  text.textContent = short(feature.n);
  picture.append(text);
  return L.divIcon({
    html: picture, className: "map-feature", iconSize: [size, size], iconAnchor: [size / 2, size / 2],
  });
}

function arcs(tones, total, radius) {
  const around = 2 * Math.PI * radius;
  let done = 0;
  return TONES.filter((tone) => tones[tone]).map((tone) => {
    const share = (tones[tone] / total) * around;
    const arc = svg("circle", {
      cx: 30, cy: 30, r: radius, class: `map-arc tone-${tone}`,
      "stroke-dasharray": `${share} ${around - share}`,
      "stroke-dashoffset": String(around / 4 - done),
    });
    done += share;
    return arc;
  });
}

function short(number) {
  if (number >= 999_500) return `${numbers.format(Math.round(number / 100_000) / 10)} tr`;
  return number >= 10_000 ? `${numbers.format(Math.round(number / 1000))}k` : numbers.format(number);
}

export function donut(feature) {
  const picture = svg("svg", { viewBox: "0 0 60 60", width: 22, height: 22, class: "map-cluster", "aria-hidden": "true" });
  for (const arc of arcs(feature.tones, feature.n, 22)) picture.append(arc);
  return picture;
}
