// What the generated map script calls: panes, controls and the published base layers.
// Every word enters the page as text, never as markup.
(() => {
  "use strict";

  // Below Leaflet's own panes (400 and up), so that features always lie on top.
  const PANES = { land: 205, home: 210, zones: 220, provinces: 230, lines: 240, sites: 250, labels: 450, names: 640 };
  const ON_TOP = ["archipelago", "sea"]; // never hidden, and above the features
  const LABEL_ORDER = ["archipelago", "sea", "country", "capital", "province", "island"];
  const LABEL_GAP = 4;
  const SHIFTS = [0, -20, 20, -36, 36].flatMap((down) => [0, -28, 28, -56, 56].map((right) => [right, down]));
  const labels = [];
  const renderers = {};
  let theMap = null;
  let obstacles = [];

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function word(value) {
    return String(value ?? "").toLowerCase().replace(/[^a-z0-9_-]/g, "");
  }

  // --- the frame ------------------------------------------------------------------------

  function prepare(map, words) {
    theMap = map;
    for (const [name, order] of Object.entries(PANES)) {
      const pane = map.createPane(name);
      pane.style.zIndex = order;
      pane.classList.add("map-pane-still");
      renderers[name] = L.svg({ pane: name, padding: 0.3 });
    }
    map.attributionControl.setPrefix(false);
    map.attributionControl.addAttribution(words.attribution);
    L.control.zoom({ position: "topleft", zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
    L.control.scale({ imperial: false, position: "bottomleft", maxWidth: 120 }).addTo(map);
    addNote(map, words.note);
    addButtons(map, words);
    map.fitBounds(words.bounds, { animate: false });
    map.on("moveend zoomend resize", declutter);
  }

  function addNote(map, text) {
    const note = L.control({ position: "bottomright" });
    note.onAdd = () => element("p", "map-note", text);
    note.addTo(map);
  }

  function addButtons(map, words) {
    const buttons = L.control({ position: "topleft" });
    buttons.onAdd = () => {
      const bar = element("div", "leaflet-bar map-buttons");
      bar.append(
        button("pin", words.here, () => map.fire("cotmoc:here")),
        button("map", words.country, () => map.fitBounds(words.bounds)),
      );
      L.DomEvent.disableClickPropagation(bar);
      return bar;
    };
    buttons.addTo(map);
  }

  function button(symbol, title, act) {
    const made = element("button", "map-button");
    made.type = "button";
    made.title = title;
    made.setAttribute("aria-label", title);
    made.append(icon(symbol));
    made.addEventListener("click", act);
    return made;
  }

  function icon(symbol) {
    const NS = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(NS, "svg");
    svg.setAttribute("class", "icon icon-sm");
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS(NS, "use");
    use.setAttribute("href", `/static/img/symbols.svg#${symbol}`);
    svg.append(use);
    return svg;
  }

  // --- layers ---------------------------------------------------------------------------

  const PublishedLayer = L.LayerGroup.extend({
    initialize(said) {
      L.LayerGroup.prototype.initialize.call(this);
      this.said = said;
      this.drawn = new Map();
    },
    onAdd(map) {
      L.LayerGroup.prototype.onAdd.call(this, map);
      map.on("zoomend", this.follow, this);
      this.follow();
    },
    onRemove(map) {
      map.off("zoomend", this.follow, this);
      L.LayerGroup.prototype.onRemove.call(this, map);
      if (this.said.kind === "label") declutter();
    },
    async follow() {
      const zoom = this._map.getZoom();
      const level = zoom < this.said.from ? null : this.said.levels.findLast((one) => one.from <= zoom);
      if (level === this.level) return;
      this.level = level;
      if (!level) {
        this.clearLayers();
        return;
      }
      const layer = await this.load(level);
      if (this.level !== level || !this._map) return; // zoomed on while it was loading
      this.clearLayers();
      this.addLayer(layer);
      if (this.said.kind === "label") declutter();
    },
    load(level) {
      if (!this.drawn.has(level.url)) this.drawn.set(level.url, fetchLayer(this.said, level.url));
      return this.drawn.get(level.url);
    },
  });

  async function fetchLayer(said, url) {
    const answer = await fetch(url, { credentials: "same-origin" });
    if (!answer.ok) return L.layerGroup(); // an older page whose pieces are gone: the map stays usable
    return draw(said, await answer.json());
  }

  function draw(said, collection) {
    const options = { pane: said.pane, renderer: renderers[said.pane], interactive: false };
    return L.geoJSON(collection, {
      ...options,
      style: (feature) => ({
        className: `base base-${said.code} is-${word(feature.properties.c)}`,
        fill: said.kind === "area",
        smoothFactor: said.kind === "area" ? 0.8 : 0.5,
      }),
      pointToLayer: (feature, place) =>
        said.kind === "label" ? label(feature.properties, place) : site(said, feature.properties, place),
    });
  }

  function site(said, properties, place) {
    const isNamed = Boolean(properties.n);
    const made = L.circleMarker(place, {
      pane: said.pane,
      renderer: renderers[said.pane],
      interactive: isNamed,
      radius: isNamed ? 4 : 1.6,
      className: `base base-${said.code} is-${word(properties.c)}`,
    });
    if (isNamed) made.bindTooltip(element("span", "", properties.n), { direction: "top" });
    return made;
  }

  function label(properties, place) {
    const text = nameOf(properties.n);
    const made = L.marker(place, {
      pane: ON_TOP.includes(properties.c) ? "names" : "labels",
      interactive: false,
      keyboard: false,
      icon: L.divIcon({ html: text, className: `map-label is-${word(properties.c)}`, iconSize: [0, 0] }),
    });
    labels.push({ marker: made, text, from: properties.z ?? 0, kind: properties.c, name: properties.n, place });
    labels.sort((one, other) => rank(one) - rank(other) || one.from - other.from);
    return made;
  }

  // "QĐ. Hoàng Sa (Đà Nẵng, Việt Nam)": what stands in brackets goes below, unbroken.
  function nameOf(name) {
    const text = element("span");
    const bracket = name.indexOf(" (");
    text.textContent = bracket < 0 ? name : name.slice(0, bracket + 1);
    if (bracket >= 0) text.append(element("span", "map-label-line", name.slice(bracket + 1)));
    return text;
  }

  function rank(one) {
    const found = LABEL_ORDER.indexOf(one.kind);
    return found < 0 ? LABEL_ORDER.length : found;
  }

  // Names that would lie over each other give way to the more important one.
  function declutter() {
    if (!theMap) return;
    const zoom = theMap.getZoom();
    const size = theMap.getSize();
    const taken = [];
    const crowded = obstacles.map(([place, reach]) => around(theMap.latLngToContainerPoint(place), reach, reach));
    for (const one of labels) {
      const icon = one.marker.getElement();
      if (!icon) continue;
      const at = theMap.latLngToContainerPoint(one.place);
      const isNear = at.x > -80 && at.y > -20 && at.x < size.x + 80 && at.y < size.y + 20;
      icon.classList.toggle("is-hidden", true);
      if (!isNear || zoom < one.from) continue;
      icon.classList.toggle("is-hidden", false);
      const wide = one.text.offsetWidth / 2 + LABEL_GAP;
      const high = one.text.offsetHeight / 2;
      if (ON_TOP.includes(one.kind)) {
        taken.push(settle(one, at, wide, high, [...taken, ...crowded]));
        continue;
      }
      const box = around(at, wide, high);
      if ([...taken, ...crowded].some((other) => overlaps(box, other))) icon.classList.toggle("is-hidden", true);
      else taken.push(box);
    }
  }

  // A name that must be seen moves aside a little where features lie under it.
  function settle(one, at, wide, high, others) {
    const boxes = SHIFTS.map(([right, down]) => [right, down, around(at.add([right, down]), wide, high)]);
    const clashes = ([, , box]) => others.filter((other) => overlaps(box, other)).length;
    const [right, down, box] = boxes.reduce((best, next) => (clashes(next) < clashes(best) ? next : best));
    one.marker.getElement().classList.toggle("is-over", others.some((other) => overlaps(box, other)));
    one.text.style.marginLeft = `${right}px`;
    one.text.style.marginTop = `${down}px`;
    return box;
  }

  // The script of the features says where they lie: [place, reach in pixels] each.
  function avoid(features) {
    obstacles = features;
    declutter();
  }

  function around(at, wide, high) {
    return { left: at.x - wide, right: at.x + wide, top: at.y - high, bottom: at.y + high };
  }

  function overlaps(one, other) {
    return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
  }

  // The name nearest to a place, for those who read the list and not the map.
  function nearestName(lat, lon) {
    let best = null;
    let least = Infinity;
    for (const one of labels) {
      const away = (one.place.lat - lat) ** 2 + (one.place.lng - lon) ** 2;
      const isPlace = one.kind === "province" || one.kind === "archipelago" || one.kind === "country";
      if (isPlace && away < least) [best, least] = [one.name, away];
    }
    return best;
  }

  globalThis.cotMoc = {
    prepare,
    publishedLayer: (said) => new PublishedLayer(said),
    nearestName,
    avoid,
    element,
    icon,
  };
})();
