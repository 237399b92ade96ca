// Tools that Folium's plug-ins stand for: draw, measure, search by name, progress through the years.
// Plain Leaflet, no other library; every word enters the page as text, never as markup.
(() => {
  "use strict";

  const { area, length } = globalThis.cotMocGeodesy;
  const figures = new Intl.NumberFormat("vi-VN", { maximumFractionDigits: 2 });

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  // The words of a file in another language; without them, Vietnamese.
  function say(text) {
    return globalThis.cotMocWords?.[text] ?? text;
  }

  function button(text, title, act) {
    const made = element("button", "map-tool", say(text));
    made.type = "button";
    made.title = say(title);
    made.setAttribute("aria-label", say(title));
    made.addEventListener("click", act);
    return made;
  }

  function control(map, position, content) {
    const made = L.control({ position });
    made.onAdd = () => {
      L.DomEvent.disableClickPropagation(content);
      L.DomEvent.disableScrollPropagation(content);
      return content;
    };
    return made.addTo(map);
  }

  // --- lengths and areas ----------------------------------------------------------------------

  function inMetres(metres) {
    return metres >= 1000 ? `${figures.format(metres / 1000)} km` : `${figures.format(Math.round(metres))} m`;
  }

  function inSquares(metres) {
    if (metres >= 1e6) return `${figures.format(metres / 1e6)} km²`;
    return metres >= 1e4 ? `${figures.format(metres / 1e4)} ha` : `${figures.format(Math.round(metres))} m²`;
  }

  // --- a line or an area, point by point ------------------------------------------------------

  // Calls back with the points when finished by a double click, Enter or the last point again.
  function trace(map, kind, done) {
    const places = [];
    const shape = (kind === "area" ? L.polygon : L.polyline)([], { className: "map-drawn", interactive: false }).addTo(map);
    const label = L.tooltip({ permanent: true, direction: "right", offset: [10, 0], className: "map-measured" });
    const container = map.getContainer();
    container.classList.add("is-drawing");
    map.doubleClickZoom.disable();

    function show(last) {
      const all = last ? [...places, last] : places;
      shape.setLatLngs(all);
      if (all.length < 2) return;
      label.setLatLng(all.at(-1)).setContent(said(kind, all));
      if (!map.hasLayer(label)) label.addTo(map);
    }
    function click(event) {
      places.push(event.latlng);
      show();
      if (kind === "point") end();
    }
    function move(event) {
      if (places.length) show(event.latlng);
    }
    function key(event) {
      if (event.key === "Enter") end();
      if (event.key === "Escape") end(true);
    }
    function end(isGivenUp) {
      map.off({ click, mousemove: move, dblclick: end });
      container.removeEventListener("keydown", key);
      container.classList.remove("is-drawing");
      setTimeout(() => map.doubleClickZoom.enable(), 300);
      shape.remove();
      label.remove();
      const whole = places.filter((one, index) => !index || one.distanceTo(places[index - 1]) > 0);
      const least = { point: 1, line: 2, area: 3 }[kind];
      if (isGivenUp !== true && whole.length >= least) done(whole);
    }
    map.on({ click, mousemove: move, dblclick: end });
    container.addEventListener("keydown", key);
    return { stop: () => end(true) };
  }

  function said(kind, places) {
    const text = element("span", "", inMetres(length(kind === "area" ? [...places, places[0]] : places)));
    if (kind === "area" && places.length > 2) text.append(element("br"), inSquares(area(places)));
    return text;
  }

  // --- measure ----------------------------------------------------------------------------------

  function measure(map, options) {
    const bar = element("div", "leaflet-bar map-tools");
    const kept = L.featureGroup().addTo(map);
    let running = null;
    const begin = (kind) => () => {
      running?.stop();
      running = trace(map, kind, (places) => {
        const shape = (kind === "area" ? L.polygon : L.polyline)(places, { className: "map-drawn is-measured" });
        shape.bindTooltip(said(kind, places), { permanent: true, className: "map-measured" }).addTo(kept);
        running = null;
      });
      map.getContainer().focus();
    };
    bar.append(
      button("↔", "Đo khoảng cách", begin("line")),
      button("▱", "Đo diện tích", begin("area")),
      button("×", "Xóa các số đo", () => kept.clearLayers()),
    );
    return control(map, options.position ?? "topright", bar);
  }

  // --- draw -------------------------------------------------------------------------------------

  function draw(map, options) {
    const bar = element("div", "leaflet-bar map-tools");
    const kept = L.featureGroup().addTo(map);
    let running = null;
    const begin = (kind) => () => {
      running?.stop();
      running = trace(map, kind, (places) => {
        add(kind, places).addTo(kept);
        running = null;
      });
      map.getContainer().focus();
    };
    function add(kind, places) {
      if (kind === "point") return L.circleMarker(places[0], { radius: 7, className: "map-drawn is-kept" });
      return (kind === "area" ? L.polygon : L.polyline)(places, { className: "map-drawn is-kept" });
    }
    function save() {
      const content = JSON.stringify(kept.toGeoJSON(6));
      const link = element("a");
      link.href = URL.createObjectURL(new Blob([content], { type: "application/geo+json" }));
      link.download = options.filename ?? "hinh-ve.geojson";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    }
    bar.append(
      button("•", "Vẽ điểm", begin("point")),
      button("╱", "Vẽ đường", begin("line")),
      button("⬠", "Vẽ vùng", begin("area")),
      button("↶", "Xóa hình vẽ cuối", () => kept.getLayers().length && kept.removeLayer(kept.getLayers().at(-1))),
    );
    if (options.export) bar.append(button("⇩", "Lưu hình vẽ thành tệp GeoJSON", save));
    return Object.assign(control(map, options.position ?? "topleft", bar), { drawn: kept });
  }

  // --- search by name -----------------------------------------------------------------------------

  function folded(text) {
    return String(text).normalize("NFD").replace(/\p{Mn}/gu, "").replace(/đ/gi, "d").toLowerCase().trim();
  }

  function search(map, layers, options) {
    const box = element("div", "leaflet-bar map-search");
    const field = element("input");
    field.type = "search";
    field.placeholder = options.placeholder ?? "";
    field.setAttribute("aria-label", options.placeholder ?? "");
    const list = element("ul");
    const names = layers.flatMap((layer) =>
      layer.getLayers().map((one) => ({ one, name: one.feature?.properties?.[options.label] ?? "" })),
    );
    for (const entry of names) entry.key = folded(entry.name);
    function find() {
      const asked = folded(field.value);
      list.replaceChildren();
      if (!asked) return;
      const begins = names.filter((entry) => entry.key.startsWith(asked));
      const holds = names.filter((entry) => !entry.key.startsWith(asked) && entry.key.includes(asked));
      for (const entry of [...begins, ...holds].slice(0, 8)) list.append(row(entry));
      if (!list.children.length) list.append(element("li", "map-search-none", say("Không có tên nào khớp")));
    }
    function row(entry) {
      const made = element("li");
      const go = element("button", "", entry.name);
      go.type = "button";
      go.addEventListener("click", () => {
        map.setView(entry.one.getLatLng(), Math.max(map.getZoom(), options.zoom ?? 14), { animate: false });
        const crowd = entry.one.__parent?._group; // a cluster must open before its markers can
        const open = () => entry.one.openPopup();
        setTimeout(() => (crowd && !entry.one._icon ? crowd.zoomToShowLayer(entry.one, open) : open()), 80);
        list.replaceChildren();
      });
      made.append(go);
      return made;
    }
    field.addEventListener("input", find);
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") list.querySelector("button")?.click();
      if (event.key === "Escape") list.replaceChildren();
      event.stopPropagation();
    });
    box.append(field, list);
    return control(map, options.position ?? "topleft", box);
  }

  // --- progress through the years -------------------------------------------------------------------

  // data: points whose properties hold `times` (years, rising) and `tones`: from that year on.
  function timeSlider(map, data, options) {
    const years = [...new Set(data.features.flatMap((one) => one.properties.times))].sort((a, b) => a - b);
    if (!years.length) return null;
    const renderer = L.canvas({ padding: 0.3 });
    const group = L.layerGroup();
    const colours = options.colours ?? {};
    const dots = data.features.map((one) => {
      const [lon, lat] = one.geometry.coordinates;
      return { said: one.properties, dot: L.circleMarker([lat, lon], { renderer, radius: 3, stroke: false, interactive: false }) };
    });
    const box = element("div", "leaflet-bar map-years");
    const range = element("input");
    Object.assign(range, { type: "range", min: years[0], max: years.at(-1), step: 1, value: years.at(-1) });
    range.setAttribute("aria-label", say("Năm"));
    const label = element("output", "", "");
    const play = button("▶", "Chạy các năm", () => (timer ? stop() : start()));
    const close = button("×", "Tắt xem theo năm", hide);
    const open = button("Tiến độ theo năm", "Xem tiến độ mốc theo năm", showAll);
    open.classList.add("is-wide");
    let timer = 0;

    function toneIn(one, year) {
      let tone = null;
      one.times.forEach((time, index) => time <= year && (tone = one.tones[index]));
      return tone;
    }
    function show() {
      const year = Number(range.value);
      const counted = {};
      for (const { said: one, dot } of dots) {
        const tone = toneIn(one, year);
        if (!tone) {
          group.removeLayer(dot);
          continue;
        }
        counted[tone] = (counted[tone] ?? 0) + 1;
        dot.setStyle({ fillColor: colours[tone] ?? "#7b8487", fillOpacity: 1 });
        if (!group.hasLayer(dot)) group.addLayer(dot);
      }
      const words = Object.entries(counted).map(([tone, n]) => `${options.names?.[tone] ?? tone}: ${figures.format(n)}`);
      label.textContent = [year, ...words].join(" · ");
    }
    function start() {
      if (Number(range.value) >= years.at(-1)) range.value = years[0];
      play.textContent = "❚❚";
      timer = setInterval(() => {
        if (Number(range.value) >= years.at(-1)) return stop();
        range.value = Number(range.value) + 1;
        show();
      }, options.step ?? 700);
      show();
    }
    function stop() {
      clearInterval(timer);
      timer = 0;
      play.textContent = "▶";
    }
    function showAll() {
      group.addTo(map);
      map.getContainer().classList.add("is-by-year");
      box.replaceChildren(play, range, label, close);
      show();
    }
    function hide() {
      stop();
      group.remove();
      map.getContainer().classList.remove("is-by-year");
      box.replaceChildren(open);
    }
    range.addEventListener("input", show);
    box.append(open);
    return control(map, options.position ?? "bottomleft", box);
  }

  globalThis.cotMocTools = { draw, measure, search, timeSlider, length, area };
})();
