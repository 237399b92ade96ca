// Case forms out in the field: one's own position fills the coordinate, the position proposes the nearest marker.
(() => {
  const POSITION_WITHIN_MS = 20_000;
  const DIGITS = 6;

  const noteOf = (id) => document.querySelector(`[data-locate-note="${CSS.escape(id)}"]`);
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const written = (degrees) => degrees.toFixed(DIGITS).replace(".", ",");

  function say(id, text) {
    const note = noteOf(id);
    if (!note) return;
    note.hidden = false;
    note.textContent = text;
  }

  function locate(button) {
    const id = button.dataset.locate;
    const input = document.getElementById(id);
    const words = noteOf(id).dataset;
    say(id, words.asking);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        input.value = `${written(coords.latitude)}; ${written(coords.longitude)}`;
        say(id, fill(words.found, { m: Math.round(coords.accuracy) }));
        input.dispatchEvent(new Event("input", { bubbles: true }));
        input.dispatchEvent(new Event("change", { bubbles: true }));
      },
      () => say(id, words.denied),
      { enableHighAccuracy: true, timeout: POSITION_WITHIN_MS, maximumAge: 0 },
    );
  }

  // Plain degrees only; everything else is read by the server.
  function degreesIn(text) {
    const parts = text.trim().split(/\s*;\s*|\s*,\s+|\s+/).map((part) => Number(part.replace(",", ".")));
    if (parts.length !== 2 || parts.some(Number.isNaN)) return null;
    const [lat, lon] = parts;
    return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lat, lon } : null;
  }

  function markerFieldOf(form) {
    return form.querySelector('input[hx-get^="/ho-so/goi-y/moc"]');
  }

  function propose(form, markers) {
    const field = markerFieldOf(form);
    if (!field || markers.length === 0) return;
    const isFree = field.value === "" || field.value === field.dataset.proposed;
    const choose = (marker) => {
      field.value = marker.label;
      field.dataset.proposed = marker.label;
      fillDistance(form, marker.m);
      list.querySelector("[data-near-note]").textContent = fill(form.dataset.nearLabel, marker);
      field.dispatchEvent(new Event("change", { bubbles: true }));
    };
    form.querySelector(".near-marker")?.remove();
    const list = document.createElement("div");
    list.className = "near-marker";
    list.setAttribute("role", "status");
    const note = document.createElement("span");
    note.dataset.nearNote = "";
    list.append(note, ...markers.slice(isFree ? 1 : 0).map((marker) => optionFor(marker, choose)));
    field.closest(".field").append(list);
    if (isFree) choose(markers[0]);
  }

  function optionFor(marker, choose) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.textContent = `${marker.label} (${marker.m} m)`;
    button.addEventListener("click", () => choose(marker));
    return button;
  }

  // The distance to the marker follows the marker that was proposed, unless a person wrote one.
  function fillDistance(form, metres) {
    const field = form.querySelector("#marker_offset_m");
    if (!field || (field.value !== "" && field.value !== field.dataset.proposed)) return;
    field.value = String(metres);
    field.dataset.proposed = field.value;
  }

  async function askNearest(form, place) {
    const query = new URLSearchParams({ lat: place.lat, lon: place.lon });
    const answer = await fetch(`${form.dataset.nearMarkers}?${query}`, { headers: { Accept: "application/json" } });
    if (answer.ok && answer.headers.get("Content-Type")?.includes("json")) propose(form, await answer.json());
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-locate]");
    if (button) locate(button);
  });

  document.addEventListener("change", (event) => {
    const box = event.target.closest("[data-coordinate]");
    const form = event.target.closest("form[data-near-markers]");
    if (!box || !form || event.target.id !== box.dataset.coordinate) return;
    const place = degreesIn(event.target.value);
    if (place && markerFieldOf(form)) askNearest(form, place).catch(() => {}); // a hint that does not come is no failure
  });

  if (navigator.geolocation) for (const button of document.querySelectorAll("[data-locate][hidden]")) button.hidden = false;

  // A place that came with the address proposes its marker at once.
  for (const box of document.querySelectorAll("form[data-near-auto] [data-coordinate]")) {
    const input = document.getElementById(box.dataset.coordinate);
    if (input?.value) input.dispatchEvent(new Event("change", { bubbles: true }));
  }
})();
