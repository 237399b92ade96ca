// The three facts under the pointer and the card of what was opened.
import { element, icon, settings, words } from "./page.js";
import { clusterLines, facts, title } from "./words.js";

export function hint(feature) {
  const made = element("div", "map-hint");
  made.append(element("strong", "", title(feature)));
  const said = feature.n ? [] : facts(feature).map(([, value]) => value).filter(Boolean);
  const before = "then" in feature ? said.pop() : null;
  const lines = feature.n ? clusterLines(feature) : [...said.slice(0, 3), ...(before ? [before] : [])];
  for (const line of lines) made.append(element("span", "", line));
  return made;
}

// `walk` takes the reader to a marker beside this one; `side` is where they came from.
export function card(feature, walk, side) {
  const made = element("div", "map-card");
  if (feature.reference) made.append(element("p", "reference", feature.reference));
  made.append(element("h2", "", title(feature)));
  const table = element("dl");
  for (const [name, value] of facts(feature)) {
    if (value && name) table.append(element("dt", "", name), element("dd", "", value));
    else if (value) table.append(element("dd", "map-card-before", value));
  }
  const link = element("a", "btn btn-sm btn-primary", words.open);
  link.href = feature.url;
  made.append(table, link);
  if (feature.is === "marker") made.append(alongTheLine(feature, walk, side));
  return made;
}

// Walking along the border: the marker before and the one after, as far as the reader sees.
function alongTheLine(feature, walk, from) {
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
        button.append(icon(symbol), element("span", "", found.title));
        button.addEventListener("click", () => walk(found, side));
        made.append(button);
        if (side === from && made.closest("[data-map-drawer]")?.matches(":focus")) button.focus(); // who walks goes on
      }
    })
    .catch(() => made.remove()); // the card is complete without it
  return made;
}
