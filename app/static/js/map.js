// The live features of the map: fetched by view, drawn as symbols, mirrored in a list.
import { readView, tellRest, writeAddress } from "./map/address.js";
import { startChoosing } from "./map/chosen.js";
import { showDay, startDays } from "./map/days.js";
import { startDrawing } from "./map/draw.js";
import { follow, startDrawer } from "./map/drawer.js";
import { show } from "./map/features.js";
import { growTree, sayDrawnWords } from "./map/layers.js";
import { showList } from "./map/list.js";
import { load, onAnswer, soon } from "./map/loading.js";
import { startGrid } from "./map/grid.js";
import { startMeasuring } from "./map/measure.js";
import { SMALL_SCREEN, form, list, map, root } from "./map/page.js";
import { copyLink, locate } from "./map/person.js";
import { followDay, startThemes } from "./map/themes.js";
import { startWhere } from "./map/where.js";

map.on("cotmoc:here", locate);
map.on("movestart", () => root.setAttribute("aria-busy", "true"));
map.on("moveend", () => {
  writeAddress();
  soon();
});
// What the map says beyond the form goes with the form too.
form?.addEventListener("formdata", (event) => tellRest(event.formData));
form?.addEventListener("change", (event) => {
  if (event.target.type === "checkbox") {
    writeAddress();
    soon();
  } else if (event.target.tagName === "SELECT" && event.target.name) {
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
list.tabIndex = -1; // the focus stays near when the row that had it is gone
map.getPane("markerPane").setAttribute("aria-hidden", "true"); // the list is its twin for readers
onAnswer(showDay);
onAnswer(show);
onAnswer(follow);
onAnswer(showList);
onAnswer(followDay);
sayDrawnWords();
growTree();
startDrawer();
startDays();
startDrawing();
startMeasuring();
startChoosing();
startWhere();
startGrid();
startThemes();
readView();
writeAddress();
load();
