// A map in one file: the data lies in the page itself, and nothing is ever asked of a network.
(() => {
  "use strict";

  const NS = "http://www.w3.org/2000/svg";
  const SHAPES = {
    circle: "M12 4.5a7.5 7.5 0 1 1 0 15a7.5 7.5 0 1 1 0-15z",
    diamond: "M12 3l9 9-9 9-9-9z",
    square: "M4.5 4.5h15v15h-15z",
    triangle: "M12 3.5l9 16.5h-18z",
    drop: "M12 22c-5-5.5-7-8.8-7-12.2a7 7 0 0 1 14 0c0 3.4-2 6.7-7 12.2z",
    ring: "M12 3a9 9 0 1 1 0 18a9 9 0 1 1 0-18zm0 5a4 4 0 1 0 0 8a4 4 0 1 0 0-8z",
  };
  const figures = new Intl.NumberFormat("vi-VN");
  const said = JSON.parse(document.getElementById("map-said").textContent);

  globalThis.cotMocWords = said.words.tools;

  // The base layers ask for their pieces as they do on the server; here the page answers.
  globalThis.fetch = async (name) => {
    const held = document.getElementById(`piece-${name}`);
    return { ok: held !== null, json: async () => JSON.parse(held.textContent) };
  };

  function svg(name, attributes) {
    const made = document.createElementNS(NS, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function symbol(one) {
    const { shape, color } = said.shapes[one.type] ?? { shape: "circle", color: "#bdbdbd" };
    const picture = svg("svg", { viewBox: "0 0 24 24", width: 20, height: 20, "aria-hidden": "true" });
    picture.setAttribute("class", `map-symbol tone-${one.tone}`);
    const d = SHAPES[shape] ?? SHAPES.circle;
    picture.append(svg("path", { d, class: "map-halo" }), svg("path", { d, class: "map-outline" }));
    picture.append(svg("path", { d, class: "map-fill", fill: color, "fill-rule": "evenodd" }));
    if (one.tone === "overdue") {
      picture.append(svg("circle", { cx: 19, cy: 5, r: 4.5, class: "map-alarm" }));
      picture.append(svg("path", { d: "M19 2.6v2.8M19 6.8v.6", class: "map-alarm-mark" }));
    }
    return picture;
  }

  function point(feature, place) {
    const icon = L.divIcon({ html: symbol(feature.properties), className: "map-feature", iconSize: [20, 20] });
    return L.marker(place, { icon, alt: feature.properties.name, riseOnHover: true, title: "" });
  }

  function speak(feature, layer) {
    layer.bindTooltip(() => element("strong", "", feature.properties.name), { direction: "top", offset: [0, -8] });
    layer.bindPopup(() => card(feature), { maxWidth: 300, minWidth: 200 });
  }

  function card(feature) {
    const one = feature.properties;
    const made = element("div", "map-card");
    made.append(element("h3", "", one.name));
    const table = element("dl");
    const [lon, lat] = feature.geometry.coordinates;
    const rows = [...(one.facts ?? []), [said.words.place, `${lat.toFixed(6)}; ${lon.toFixed(6)}`.replaceAll(".", ",")]];
    for (const [name, value] of rows) {
      if (value) table.append(element("dt", "", name), element("dd", "", value));
    }
    made.append(table);
    return made;
  }

  function cluster(group) {
    const n = group.getChildCount();
    const size = Math.round(Math.min(28 + 9.5 * Math.log10(n), 62));
    const picture = svg("svg", { viewBox: "0 0 60 60", width: size, height: size, "aria-hidden": "true", class: "map-cluster" });
    picture.append(svg("circle", { cx: 30, cy: 30, r: 29, class: "map-cluster-ground" }));
    const tones = {};
    for (const one of group.getAllChildMarkers()) {
      const { tone } = one.feature.properties;
      tones[tone] = (tones[tone] ?? 0) + 1;
    }
    const around = 2 * Math.PI * 25;
    let done = 0;
    for (const tone of said.tones.filter((name) => tones[name])) {
      const share = (tones[tone] / n) * around;
      picture.append(
        svg("circle", {
          cx: 30, cy: 30, r: 25, class: `map-arc tone-${tone}`,
          "stroke-dasharray": `${share} ${around - share}`, "stroke-dashoffset": String(around / 4 - done),
        }),
      );
      done += share;
    }
    const text = svg("text", { x: 30, y: 30, class: `map-cluster-count is-${String(n).length}` });
    text.textContent = figures.format(n);
    picture.append(text);
    return L.divIcon({ html: picture, className: "map-feature", iconSize: [size, size] });
  }

  // A kind of features that is switched on and off by itself, but clustered with all others.
  function shared(clusters) {
    const held = [];
    const group = L.layerGroup();
    group.addLayer = (layer) => {
      held.push(...layer.getLayers());
      if (clusters._map && group._map) clusters.addLayers(held);
      return group;
    };
    group.onAdd = () => clusters.addLayers(held);
    group.onRemove = () => clusters.removeLayers(held);
    return group;
  }

  // After everything of Folium: the view that was asked for, and the way to move by keyboard.
  function open(map) {
    if (said.view) map.fitBounds(said.view, { animate: false });
    map.getContainer().setAttribute("role", "application");
    map.getContainer().setAttribute("aria-label", said.words.map);
    for (const row of document.querySelectorAll(".offline-legend [data-type]")) row.prepend(symbol({ type: row.dataset.type }));
    for (const row of document.querySelectorAll(".offline-legend [data-tone]")) row.prepend(symbol({ tone: row.dataset.tone }));
    document.querySelector(".map-buttons button")?.remove(); // a file knows of no position
    document.documentElement.dataset.ready = "true";
  }

  globalThis.cotMocOffline = { point, speak, cluster, shared, open };
})();
