// Takes the map's view, layers and filters along to the page where maps are printed.
(() => {
  "use strict";

  const link = document.querySelector("[data-map-takeaway]");
  const root = document.querySelector("[data-map]");
  if (!link || !root) return;

  function follow() {
    const params = new URLSearchParams(location.search);
    const map = globalThis[root.dataset.map];
    if (map) {
      const bounds = map.getBounds();
      const edges = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
      params.set("khung", edges.map((edge) => edge.toFixed(4)).join(","));
    }
    link.href = `${link.dataset.mapTakeaway}?${params}`;
  }

  // The address is up to date when the link is reached for, by mouse, finger or keyboard.
  for (const name of ["pointerenter", "pointerdown", "focus", "click"]) link.addEventListener(name, follow);
})();
