// The features of an answer as symbols on the map.
import { hint } from "./cards.js";
import { isDrawing } from "./draw.js";
import { open } from "./drawer.js";
import { map, notice, numbers, summary, words } from "./page.js";
import { current, drawn, mark, zoomTo } from "./state.js";
import { clusterIcon, clusterSize, pointIcon } from "./symbols.js";

const { cotMoc } = globalThis;
const layer = L.layerGroup().addTo(map);

export function show(answer) {
  const { opened, walked } = current;
  layer.clearLayers();
  drawn.clear();
  answer.clusters = merged(answer.clusters);
  for (const feature of answer.clusters) place(feature, clusterIcon(feature), feature.n);
  for (const feature of fanned(answer.points)) place(feature, pointIcon(feature), 0);
  // Where one has walked to is shown even if the filters would leave it out.
  if (walked && walked.id === opened && !drawn.has(opened)) place(walked, pointIcon(walked), 0);
  summary.textContent =
    `${words.inView} ${numbers.format(answer.markers)} ${words.markers}, ` +
    `${numbers.format(answer.cases)} ${words.cases}`;
  notice.textContent = answer.notice;
  notice.hidden = !answer.notice;
  cotMoc.avoid(
    [...drawn.values()].map(({ feature }) => [[feature.lat, feature.lon], feature.n ? clusterSize(feature.n) / 2 : 9]),
  );
  document.dispatchEvent(new CustomEvent("map:shown"));
}

// Features on one and the same spot are set around it, so that each can be reached.
function fanned(points) {
  const spots = new Map();
  for (const point of points) {
    const spot = `${point.lat.toFixed(5)},${point.lon.toFixed(5)}`;
    spots.set(spot, [...(spots.get(spot) ?? []), point]);
  }
  for (const together of spots.values()) {
    if (together.length === 1) continue;
    together.forEach((point, index) => {
      const angle = (index / together.length) * 2 * Math.PI - Math.PI / 2;
      const reach = 8 + 3 * together.length;
      point.shift = [Math.round(Math.cos(angle) * reach), Math.round(Math.sin(angle) * reach)];
    });
  }
  return points;
}

// Clusters of neighbouring squares that would lie over each other become one.
function merged(clusters) {
  const kept = [];
  for (const cluster of [...clusters].sort((one, other) => other.n - one.n)) {
    const at = map.latLngToLayerPoint([cluster.lat, cluster.lon]);
    const near = kept.find((one) => one.at.distanceTo(at) < (clusterSize(one.n) + clusterSize(cluster.n)) * 0.42);
    if (near) join(near, cluster);
    else kept.push({ ...cluster, tones: { ...cluster.tones }, at });
  }
  return kept;
}

function join(kept, other) {
  const total = kept.n + other.n;
  kept.lat = (kept.lat * kept.n + other.lat * other.n) / total;
  kept.lon = (kept.lon * kept.n + other.lon * other.n) / total;
  for (const name of ["n", "markers", "cases"]) kept[name] += other[name];
  for (const [tone, count] of Object.entries(other.tones)) kept.tones[tone] = (kept.tones[tone] ?? 0) + count;
  const pick = [Math.min, Math.min, Math.max, Math.max];
  kept.box = kept.box.map((edge, index) => pick[index](edge, other.box[index]));
  kept.at = map.latLngToLayerPoint([kept.lat, kept.lon]);
}

function place(feature, icon, weight) {
  const marker = L.marker([feature.lat, feature.lon], {
    icon, keyboard: false, riseOnHover: true, zIndexOffset: feature.tone === "overdue" ? 500 : weight ? 0 : 200,
  });
  marker.bindTooltip(() => hint(feature), { direction: "top", offset: [0, -10], opacity: 1 });
  marker.on("click", () => isDrawing() || (feature.n ? zoomTo(feature) : open(feature)));
  marker.on("mouseover", () => mark(feature.id, true));
  marker.on("mouseout", () => current.opened !== feature.id && mark(feature.id, false));
  layer.addLayer(marker);
  drawn.set(feature.id, { marker, feature });
}
