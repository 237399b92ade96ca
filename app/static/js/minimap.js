// The small map on the page of a case or a marker: one picture of its surroundings, drawn by the server.
(() => {
  "use strict";

  async function draw(place) {
    const { lat, lon } = place.dataset;
    if (!Number.isFinite(Number.parseFloat(lat)) || !Number.isFinite(Number.parseFloat(lon))) return;
    const query = new URLSearchParams({ lat, lon });
    const answer = await fetch(`/ban-do/thu-nho.svg?${query}`, { credentials: "same-origin" });
    if (!answer.ok) return; // the coordinates beside it say where; nothing is lost
    const read = new DOMParser().parseFromString(await answer.text(), "image/svg+xml");
    const picture = read.documentElement;
    if (picture.localName !== "svg") return;
    const note = document.createElement("p");
    note.className = "map-note";
    note.textContent = picture.querySelector("desc")?.textContent ?? "";
    place.replaceChildren(document.importNode(picture, true), note);
    place.classList.add("is-drawn");
  }

  function drawAll(within) {
    for (const place of within.querySelectorAll("[data-minimap]:not(.is-drawn)")) draw(place);
  }

  drawAll(document);
  document.addEventListener("htmx:load", (event) => drawAll(event.target));
})();
