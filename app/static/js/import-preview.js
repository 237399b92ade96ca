// The rows of an imported file on a small map; the list below it says the same in words.
(() => {
  "use strict";

  const place = document.querySelector("[data-import-preview]");
  const held = document.getElementById("preview-points");
  if (!place || !held || !window.L) return;
  const { points, border } = JSON.parse(held.textContent);
  const words = place.dataset;

  const map = L.map(place, { zoomControl: false, attributionControl: false, maxZoom: 18 });
  L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  for (const line of border) L.polyline(line, { className: "preview-border", interactive: false }).addTo(map);

  // Every word enters the page as text, never as markup.
  function told(point) {
    const said = document.createElement("div");
    const head = document.createElement("a");
    head.href = `#dong-${point.row}`;
    head.textContent = `${words.row} ${point.row}: ${point.label}`;
    said.append(head);
    if (point.problem) {
      const problem = document.createElement("p");
      problem.textContent = point.problem;
      said.append(problem);
    }
    return said;
  }

  const all = points.map((point) => {
    const icon = L.divIcon({ className: `preview-mark preview-${point.outcome}`, iconSize: [12, 12] });
    const marker = L.marker(point.at, { icon, keyboard: false }).bindPopup(() => told(point));
    marker.addTo(map);
    return point.at;
  });
  map.fitBounds(L.latLngBounds(all).pad(0.2), { maxZoom: 14, animate: false });
})();
