// The published layers: Folium's own layer control, set into the page, and its part of the address.
import { asked, tellAddress, writeAddress } from "./address.js";
import { map, settings } from "./page.js";

function layerInputs() {
  return [...document.querySelectorAll(".leaflet-control-layers-selector")];
}

function changedLayers() {
  return layerInputs().flatMap((input, index) => (input.checked === input.defaultChecked ? [] : [index]));
}

export function takeLayerControl() {
  const control = document.querySelector(".leaflet-control-layers");
  const place = document.querySelector("[data-map-base]");
  if (!control || !place) return;
  place.append(control);
  tellAddress((params) => {
    const changed = changedLayers();
    if (changed.length) params.set("nen", changed.join("."));
  });
  const wanted = (asked.get("nen") ?? "").split(".").filter(Boolean);
  for (const input of layerInputs()) input.defaultChecked = input.checked;
  for (const index of wanted) layerInputs()[Number(index)]?.click();
  map.on("overlayadd overlayremove", writeAddress);
}

// The published map was drawn once, in Vietnamese, for readers of every language.
export function sayDrawnWords() {
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
