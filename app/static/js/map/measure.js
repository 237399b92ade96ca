// Measuring lengths and areas on the ellipsoid, said in metres, kilometres and hectares.
import { say, start } from "./draw.js";
import { element, settings } from "./page.js";

const { area, length } = globalThis.cotMocGeodesy;
const words = settings.tools;
const METRES_A_KM = 1000;
const SQUARE_METRES_A_HECTARE = 10_000;
const SQUARE_METRES_A_SQUARE_KM = 1_000_000;
const written = (number, digits) =>
  new Intl.NumberFormat(settings.locale === "en" ? "en-GB" : "vi-VN", { maximumFractionDigits: digits }).format(number);

export function lengthText(metres) {
  return metres < METRES_A_KM ? `${written(metres, 1)} m` : `${written(metres / METRES_A_KM, 3)} km`;
}

export function areaText(squareMetres) {
  const hectares = `${written(squareMetres / SQUARE_METRES_A_HECTARE, 2)} ha`;
  if (squareMetres < SQUARE_METRES_A_HECTARE) return `${written(squareMetres, 1)} m²`;
  if (squareMetres < SQUARE_METRES_A_SQUARE_KM) return hectares;
  return `${written(squareMetres / SQUARE_METRES_A_SQUARE_KM, 3)} km² (${hectares})`;
}

function sayLength(points) {
  say(element("strong", "", points.length > 1 ? lengthText(length(points)) : ""));
}

function sayArea(points) {
  if (points.length < 3) return say("");
  const around = words.around.replace("{length}", lengthText(length([...points, points[0]])));
  say(element("strong", "", areaText(area(points))), element("span", "", around));
}

export function startMeasuring() {
  const jobs = {
    length: { kind: "line", hint: words.lengthHint, change: sayLength },
    area: { kind: "area", hint: words.areaHint, change: sayArea },
  };
  for (const [name, job] of Object.entries(jobs)) {
    const button = document.querySelector(`[data-map-measure="${name}"]`);
    button?.addEventListener("click", () => start({ ...job, button }));
  }
}
