// The live features of the map: fetched by view, drawn as symbols, mirrored in a list.
// Titles and names come from people: they enter the page as text only.
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
  const TONES = ["overdue", "waiting", "working", "initial", "done", "closed"];
  const MOST_LISTED = 100;
  const SMALL_SCREEN = matchMedia("(max-width: 767.98px)");
  const { element } = globalThis.cotMoc ?? {};

  const root = document.querySelector("[data-map]");
  const map = root && globalThis[root.dataset.map];
  if (!root || !map) return;

  const settings = JSON.parse(root.dataset.settings);
  const words = settings.words;
  const numbers = new Intl.NumberFormat(settings.locale === "en" ? "en-GB" : "vi-VN");
  const moments = new Intl.DateTimeFormat("vi-VN", {
    dateStyle: "short", timeStyle: "short", timeZone: settings.zone,
  });
  const form = document.querySelector("[data-map-filters]");
  const list = document.querySelector("[data-map-list]");
  const summary = document.querySelector("[data-map-summary]");
  const notice = document.querySelector("[data-map-notice]");
  const layer = L.layerGroup().addTo(map);
  const drawn = new Map(); // feature id -> {marker, feature}
  const asked = new URLSearchParams(location.search); // as it came: the address follows the map from here on
  let loading = null;
  let timer = 0;
  let opened = null; // id of the feature whose popup is open
  let walked = null; // the marker that one walked to along the border

  // --- the address ------------------------------------------------------------------------

  function readView() {
    const said = asked.get("xem");
    const parts = (said ?? "").split("/").map(Number);
    if (parts.length === 3 && parts.every(Number.isFinite)) {
      map.setView([parts[1], parts[2]], parts[0], { animate: false });
    } else if (settings.focus) {
      opened = settings.focus.id;
      map.setView([settings.focus.lat, settings.focus.lon], 15, { animate: false });
    } else if (settings.home) {
      map.fitBounds(settings.home, { animate: false, maxZoom: 10 });
    }
  }

  function writeAddress() {
    const params = filters();
    const centre = map.getCenter().wrap();
    params.set("xem", `${map.getZoom()}/${centre.lat.toFixed(4)}/${centre.lng.toFixed(4)}`);
    for (const name of ["moc", "nen"]) {
      const kept = new URLSearchParams(location.search).get(name);
      if (kept && !params.has(name)) params.set(name, kept);
    }
    const layers = changedLayers();
    if (layers.length) params.set("nen", layers.join("."));
    else params.delete("nen");
    history.replaceState(history.state, "", `${location.pathname}?${params}`);
    for (const link of document.querySelectorAll("[data-map-queue]")) {
      const inQueue = new URLSearchParams(params);
      for (const name of ["xem", "nen", "lop"]) inQueue.delete(name);
      if (!inQueue.has("muc")) inQueue.set("muc", "tat-ca");
      for (const [name, value] of new URLSearchParams(link.dataset.mapQueueMore)) inQueue.set(name, value);
      link.href = `${link.dataset.mapQueue}?${inQueue}`;
    }
    const held = form?.querySelector("[name=xem]");
    if (held) held.value = params.get("xem");
  }

  // What the form says, without what says nothing: all boxes ticked narrow nothing.
  function filters() {
    const params = new URLSearchParams();
    if (!form) return params;
    for (const [name, value] of new FormData(form)) {
      if (value && name !== "xem" && name !== "lop" && name !== "loai") params.append(name, value);
    }
    for (const name of ["lop", "loai"]) {
      const boxes = [...form.querySelectorAll(`input[type=checkbox][name="${name}"]`)];
      const ticked = boxes.filter((box) => box.checked);
      if (ticked.length === boxes.length) continue;
      if (name === "loai" && !ticked.length) continue;
      for (const box of ticked) params.append(name, box.value);
      if (!ticked.length) params.append(name, "khong");
    }
    return withoutIdleKinds(params);
  }

  function withoutIdleKinds(params) {
    const boxes = [...(form?.querySelectorAll('input[type=checkbox][name="loai"]') ?? [])];
    if (boxes.length && boxes.every((box) => !box.checked)) {
      const markers = form.querySelector('input[name="lop"][value="moc"]');
      params.delete("lop");
      params.append("lop", markers?.checked ? "moc" : "khong");
    }
    return params;
  }

  // --- base layers in the address ---------------------------------------------------------

  function layerInputs() {
    return [...document.querySelectorAll(".leaflet-control-layers-selector")];
  }

  function changedLayers() {
    return layerInputs().flatMap((input, index) => (input.checked === input.defaultChecked ? [] : [index]));
  }

  function takeLayerControl() {
    const control = document.querySelector(".leaflet-control-layers");
    const place = document.querySelector("[data-map-base]");
    if (!control || !place) return;
    place.append(control);
    const wanted = (asked.get("nen") ?? "").split(".").filter(Boolean);
    for (const input of layerInputs()) input.defaultChecked = input.checked;
    for (const index of wanted) layerInputs()[Number(index)]?.click();
  }

  // The published map was drawn once, in Vietnamese, for readers of every language.
  function sayDrawnWords() {
    const said = (text) => settings.drawn[text.trim()] ?? text;
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

  // --- loading ----------------------------------------------------------------------------

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(load, 80);
  }

  async function load() {
    loading?.abort();
    loading = new AbortController();
    const params = filters();
    const bounds = map.getBounds().pad(0.05);
    const edges = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    params.set("bbox", edges.map((edge) => edge.toFixed(4)).join(","));
    params.set("zoom", String(map.getZoom()));
    root.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(`${settings.features}?${params}`, {
        signal: loading.signal,
        credentials: "same-origin",
        headers: { Accept: "application/json" },
      });
      if (answer.status === 401) return location.reload();
      if (!answer.ok) throw new Error(String(answer.status));
      show(await answer.json());
    } catch (problem) {
      if (problem.name !== "AbortError") showFailure();
    } finally {
      root.removeAttribute("aria-busy");
    }
  }

  function show(answer) {
    const wanted = opened;
    // What is open stays: a popup that is drawn anew loses the reader's place in it.
    const isThere = answer.points.some((point) => point.id === wanted) || walked?.id === wanted;
    const kept = isThere ? drawn.get(wanted) : undefined;
    layer.eachLayer((marker) => marker !== kept?.marker && layer.removeLayer(marker));
    drawn.clear();
    if (kept) drawn.set(wanted, kept);
    answer.clusters = merged(answer.clusters);
    for (const feature of answer.clusters) place(feature, clusterIcon(feature), feature.n);
    for (const feature of fanned(answer.points)) {
      if (feature.id !== wanted || !kept) place(feature, pointIcon(feature), 0);
    }
    // Where one has walked to is shown even if the filters would leave it out.
    if (walked && walked.id === wanted && !drawn.has(wanted)) place(walked, pointIcon(walked), 0);
    summary.textContent =
      `${words.inView} ${numbers.format(answer.markers)} ${words.markers}, ` +
      `${numbers.format(answer.cases)} ${words.cases}`;
    notice.textContent = answer.notice;
    notice.hidden = !answer.notice;
    showList(answer);
    globalThis.cotMoc.avoid(
      [...drawn.values()].map(({ feature }) => [[feature.lat, feature.lon], feature.n ? clusterSize(feature.n) / 2 : 9]),
    );
    document.dispatchEvent(new CustomEvent("map:shown"));
    if (wanted && !kept) drawn.get(wanted)?.marker.openPopup();
  }

  function showFailure() {
    const retry = element("button", "btn btn-sm", words.retry);
    retry.type = "button";
    retry.addEventListener("click", load);
    notice.replaceChildren(words.failed, " ", retry);
    notice.hidden = false;
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

  // --- symbols ----------------------------------------------------------------------------

  function svg(name, attributes) {
    const made = document.createElementNS(NS, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }

  function symbolOf(feature) {
    const known = feature.is === "marker" ? settings.kinds : settings.types;
    return known[feature.type] ?? { shape: "circle", color: "#bdbdbd", name: feature.type };
  }

  function drawSymbol(feature, size) {
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

  function pointIcon(feature) {
    const size = feature.is === "marker" ? 20 : 24;
    const [right, down] = feature.shift ?? [0, 0];
    return L.divIcon({
      html: drawSymbol(feature, size),
      className: "map-feature",
      iconSize: [size, size],
      iconAnchor: [size / 2 - right, size / 2 - down],
    });
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

  function clusterSize(n) {
    return Math.round(Math.min(28 + 9.5 * Math.log10(n), 62) * (SMALL_SCREEN.matches ? 0.8 : 1));
  }

  function clusterIcon(feature) {
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

  function place(feature, icon, weight) {
    const marker = L.marker([feature.lat, feature.lon], {
      icon, keyboard: false, riseOnHover: true, zIndexOffset: feature.tone === "overdue" ? 500 : weight ? 0 : 200,
    });
    marker.bindTooltip(() => hint(feature), { direction: "top", offset: [0, -10], opacity: 1 });
    if (feature.n) {
      marker.on("click", () => zoomTo(feature));
    } else {
      marker.bindPopup(() => card(feature), { maxWidth: 300, minWidth: 220, autoPanPadding: [30, 30] });
      marker.on("popupopen", () => ((opened = feature.id), mark(feature.id, true)));
      marker.on("popupclose", () => ((opened = null), mark(feature.id, false)));
    }
    marker.on("mouseover", () => mark(feature.id, true));
    marker.on("mouseout", () => opened !== feature.id && mark(feature.id, false));
    layer.addLayer(marker);
    drawn.set(feature.id, { marker, feature });
  }

  function zoomTo(feature) {
    const [west, south, east, north] = feature.box;
    map.fitBounds([[south, west], [north, east]], { maxZoom: Math.max(map.getZoom() + 3, 12) });
  }

  // --- words ------------------------------------------------------------------------------

  function title(feature) {
    if (feature.n) return `${words.cluster} ${numbers.format(feature.n)}`;
    if (feature.is === "case") return feature.title;
    const lead = feature.type === "peg" ? words.peg : words.marker;
    return `${lead} ${feature.title} (${settings.neighbours[feature.line] ?? feature.line})`;
  }

  function facts(feature) {
    const type = symbolOf(feature).name;
    const province = settings.provinces[feature.province];
    if (feature.is === "marker") {
      return [
        [words.type, type],
        [words.stage, settings.stages[feature.state] ?? feature.state],
        [words.condition, settings.conditions[feature.condition] ?? feature.condition],
        [words.inspection, inspectionText(feature.inspection_due)],
        [words.province, province],
      ];
    }
    return [
      [words.type, type],
      [words.state, settings.types[feature.type]?.states[feature.state] ?? feature.state],
      [words.due, feature.due ? dueText(feature) : ""],
      [words.place, [feature.place, province].filter(Boolean).join(", ")],
    ];
  }

  function dueText(feature) {
    const said = moments.format(new Date(feature.due));
    return feature.tone === "overdue" ? `${said} – ${settings.tones.overdue.split(",")[0].toLowerCase()}` : said;
  }

  function inspectionText(due) {
    if (!due) return "";
    const said = due.split("-").reverse().join("/");
    return due < new Date().toISOString().slice(0, 10) ? `${said} – ${words.inspectionLate}` : said;
  }

  function clusterLines(feature) {
    const counted = [];
    if (feature.markers) counted.push(`${numbers.format(feature.markers)} ${words.markers}`);
    if (feature.cases) counted.push(`${numbers.format(feature.cases)} ${words.cases}`);
    const tones = TONES.filter((tone) => feature.tones[tone]).map(
      (tone) => `${settings.tones[tone]}: ${numbers.format(feature.tones[tone])}`,
    );
    return [counted.join(" · "), ...tones];
  }

  function hint(feature) {
    const made = element("div", "map-hint");
    made.append(element("strong", "", title(feature)));
    const lines = feature.n ? clusterLines(feature) : facts(feature).map(([, value]) => value).filter(Boolean).slice(0, 3);
    for (const line of lines) made.append(element("span", "", line));
    return made;
  }

  function card(feature) {
    const made = element("div", "map-card");
    if (feature.reference) made.append(element("p", "reference", feature.reference));
    made.append(element("h3", "", title(feature)));
    const table = element("dl");
    for (const [name, value] of facts(feature)) {
      if (value) table.append(element("dt", "", name), element("dd", "", value));
    }
    const link = element("a", "btn btn-sm btn-primary", words.open);
    link.href = feature.url;
    made.append(table, link);
    if (feature.is === "marker") made.append(alongTheLine(feature));
    return made;
  }

  // Walking along the border: the marker before and the one after, as far as the reader sees.
  function alongTheLine(feature) {
    const made = element("div", "map-along");
    const url = settings.beside.replace("/0/", `/${feature.id.slice(1)}/`);
    fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" } })
      .then((answer) => (answer.ok ? answer.json() : {}))
      .then((both) => {
        for (const [side, symbol] of [["previous", "left"], ["next", "right"]]) {
          const found = both[side];
          if (!found) continue;
          const button = element("button", `btn btn-sm map-along-${side}`);
          button.type = "button";
          button.title = words[side];
          button.setAttribute("aria-label", `${words[side]}: ${title(found)}`);
          button.append(globalThis.cotMoc.icon(symbol), element("span", "", found.title));
          button.addEventListener("click", () => walkTo(found));
          made.append(button);
        }
      })
      .catch(() => made.remove()); // the card is complete without it
    return made;
  }

  function walkTo(feature) {
    map.closePopup();
    walked = feature;
    opened = feature.id;
    map.setView([feature.lat, feature.lon], Math.max(map.getZoom(), 13));
    load(); // the view may not have moved at all
  }

  // --- the list -----------------------------------------------------------------------------

  function showList(answer) {
    const hadFocus = list.contains(document.activeElement) ? document.activeElement.dataset.id : null;
    const rank = (feature) => TONES.indexOf(feature.tone);
    const clusters = [...answer.clusters].sort((one, other) => other.n - one.n);
    const points = [...answer.points].sort((one, other) => rank(one) - rank(other));
    const features = [...points, ...clusters];
    const rows = features.slice(0, MOST_LISTED).map(row);
    if (features.length > MOST_LISTED) {
      const rest = numbers.format(features.length - MOST_LISTED);
      rows.push(element("li", "map-list-more", words.more.replace("{n}", rest)));
    }
    if (!features.length) {
      const empty = element("li", "map-list-empty", words.nothing);
      empty.append(element("small", "", words.nothingHint));
      rows.push(empty);
    }
    list.replaceChildren(...rows);
    if (hadFocus) list.querySelector(`[data-id="${CSS.escape(hadFocus)}"]`)?.focus();
  }

  function row(feature) {
    const made = element("li");
    const show = element("button", "map-row");
    show.type = "button";
    show.dataset.id = feature.id;
    const text = element("span", "map-row-text");
    text.append(element("span", "map-row-title", title(feature)), element("small", "", second(feature)));
    show.append(feature.n ? donut(feature) : drawSymbol(feature, 22), text);
    show.addEventListener("click", () => choose(feature));
    show.addEventListener("focus", () => mark(feature.id, true));
    show.addEventListener("blur", () => opened !== feature.id && mark(feature.id, false));
    show.addEventListener("mouseenter", () => mark(feature.id, true));
    show.addEventListener("mouseleave", () => opened !== feature.id && mark(feature.id, false));
    made.append(show);
    if (feature.url) {
      const link = element("a", "map-row-open");
      link.href = feature.url;
      link.title = words.open;
      link.setAttribute("aria-label", `${words.open}: ${title(feature)}`);
      link.append(globalThis.cotMoc.icon("right"));
      made.append(link);
    }
    return made;
  }

  function donut(feature) {
    const picture = svg("svg", { viewBox: "0 0 60 60", width: 22, height: 22, class: "map-cluster", "aria-hidden": "true" });
    for (const arc of arcs(feature.tones, feature.n, 22)) picture.append(arc);
    return picture;
  }

  function second(feature) {
    if (feature.n) {
      const near = globalThis.cotMoc.nearestName(feature.lat, feature.lon);
      return [near, clusterLines(feature)[0]].filter(Boolean).join(" · ");
    }
    const said = facts(feature).map(([, value]) => value);
    return [said[1], said[3]].filter(Boolean).join(" · ");
  }

  function choose(feature) {
    if (feature.n) {
      zoomTo(feature);
      return;
    }
    if (SMALL_SCREEN.matches) root.scrollIntoView({ block: "nearest" });
    drawn.get(feature.id)?.marker.openPopup();
  }

  function mark(id, isMarked) {
    drawn.get(id)?.marker.getElement()?.classList.toggle("is-marked", isMarked);
    list.querySelector(`[data-id="${CSS.escape(id)}"]`)?.classList.toggle("is-marked", isMarked);
  }

  // --- the person ---------------------------------------------------------------------------

  let here = null;

  function locate() {
    map.once("locationfound", (found) => {
      here?.remove();
      here = L.circleMarker(found.latlng, { radius: 7, className: "map-here", interactive: false }).addTo(map);
      map.setView(found.latlng, Math.max(map.getZoom(), 12));
      summary.textContent = words.youAreHere;
    });
    map.once("locationerror", () => {
      notice.textContent = words.noPlace;
      notice.hidden = false;
    });
    map.locate({ enableHighAccuracy: true, timeout: 10_000 });
  }

  function copyLink(event) {
    navigator.clipboard?.writeText(location.href).then(() => {
      const was = event.target.textContent;
      event.target.textContent = words.copied;
      setTimeout(() => (event.target.textContent = was), 2000);
    });
  }

  map.on("popupopen", (event) => {
    event.popup.getElement()?.querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", words.close);
  });
  map.on("cotmoc:here", locate);
  map.on("moveend", () => {
    writeAddress();
    soon();
  });
  map.on("overlayadd overlayremove", writeAddress);
  form?.addEventListener("change", (event) => {
    if (event.target.type === "checkbox") {
      writeAddress();
      soon();
    } else if (event.target.tagName === "SELECT") {
      form.requestSubmit();
    }
  });
  for (const button of document.querySelectorAll("[data-map-copy]")) {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", copyLink);
  }
  if (SMALL_SCREEN.matches) {
    for (const part of document.querySelectorAll("[data-map-fold]")) part.open = false;
  }
  map.getPane("markerPane").setAttribute("aria-hidden", "true"); // the list is its twin for readers
  sayDrawnWords();
  takeLayerControl();
  readView();
  writeAddress();
  load();
})();
