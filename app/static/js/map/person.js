// What the reader does with the map as a whole: goes to where they are, passes the view on.
import { map, notice, summary, words } from "./page.js";

let here = null;

export function locate() {
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

export function copyLink(event) {
  navigator.clipboard?.writeText(location.href).then(() => {
    const was = event.target.textContent;
    event.target.textContent = words.copied;
    setTimeout(() => (event.target.textContent = was), 2000);
  });
}
