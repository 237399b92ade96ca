// The list beside the map: its twin for the keyboard and for readers, in the same order.
import { open, walkTo } from "./drawer.js";
import { SMALL_SCREEN, TONES, element, icon, list, numbers, root, words } from "./page.js";
import { current, drawn, mark, rows, zoomTo } from "./state.js";
import { donut, drawSymbol } from "./symbols.js";
import { second, title } from "./words.js";

const MOST_LISTED = 100;

// Rows are kept from answer to answer: where one reads, or has the focus, nothing is drawn anew.
export function showList(seen) {
  const answer = current.chosen ?? seen; // what was chosen stays listed while the map moves
  const features = inOrder(answer);
  const shown = features.slice(0, MOST_LISTED);
  const before = new Set(rows.keys());
  const held = document.activeElement?.closest("[data-map-list] > li");
  const place = Math.max([...list.children].indexOf(held), 0);
  arrange([...shown.map(rowOf), ...lastLines(features)]);
  for (const id of before) if (!shown.some((feature) => feature.id === id)) rows.delete(id);
  const isLost = held ? !held.isConnected : document.activeElement === list;
  if (isLost) focusInstead(shown, before, place);
  if (current.entered && !rows.has(current.entered.id)) current.entered = null;
  for (const [id, row] of rows) mark(id, id === current.opened || row.show.matches(":hover, :focus"));
}

function inOrder(answer) {
  const rank = (feature) => TONES.indexOf(feature.tone);
  const clusters = [...answer.clusters].sort((one, other) => other.n - one.n);
  const points = [...answer.points].sort((one, other) => rank(one) - rank(other));
  return [...points, ...clusters];
}

// What stands below the rows: how many more there are, or that there is nothing.
function lastLines(features) {
  if (features.length > MOST_LISTED) {
    const rest = numbers.format(features.length - MOST_LISTED);
    return [element("li", "map-list-more", words.more.replace("{n}", rest))];
  }
  if (features.length) return [];
  const empty = element("li", "map-list-empty", words.nothing);
  empty.append(element("small", "", words.nothingHint));
  return [empty];
}

// The others move around the row that has the focus: taken out of the page it would lose it.
function arrange(items) {
  const wanted = new Set(items);
  for (const item of [...list.children]) if (!wanted.has(item)) item.remove();
  let next = list.firstElementChild;
  for (const item of items) {
    while (next && next !== item && item.contains(document.activeElement)) {
      const later = next;
      next = next.nextElementSibling;
      list.append(later);
    }
    if (item === next) next = next.nextElementSibling;
    else list.insertBefore(item, next);
  }
}

// Whoever went into a cluster goes on with the first of what it held; else with the same place.
function focusInstead(shown, before, place) {
  const isNew = (feature) => !before.has(feature.id) && holds(current.entered.box, feature);
  const next = (current.entered && shown.find(isNew)) ?? shown[Math.min(place, shown.length - 1)];
  (rows.get(next?.id)?.show ?? list).focus();
}

function holds([west, south, east, north], { lat, lon }) {
  return lat >= south && lat <= north && (west <= east ? lon >= west && lon <= east : lon >= west || lon <= east);
}

function rowOf(feature) {
  const row = rows.get(feature.id) ?? newRow(feature);
  const said = JSON.stringify([title(feature), second(feature), feature.type, feature.tone, feature.tones, feature.url]);
  row.feature = feature;
  if (row.said === said) return row.item;
  row.said = said;
  const text = element("span", "map-row-text");
  text.append(element("span", "map-row-title", title(feature)), element("small", "", second(feature)));
  row.show.replaceChildren(feature.n ? donut(feature) : drawSymbol(feature, 22), text);
  if (row.link) {
    row.link.href = feature.url;
    row.link.setAttribute("aria-label", `${words.open}: ${title(feature)}`);
  }
  return row.item;
}

function newRow(feature) {
  const { id } = feature;
  const row = { item: element("li"), show: element("button", "map-row"), feature };
  const { show } = row;
  show.type = "button";
  show.dataset.id = id;
  show.addEventListener("click", (event) => choose(row.feature, event.detail === 0)); // 0: by keyboard
  for (const name of ["focus", "mouseenter"]) show.addEventListener(name, () => mark(id, true));
  for (const name of ["blur", "mouseleave"]) show.addEventListener(name, () => current.opened !== id && mark(id, false));
  row.item.append(show);
  if (feature.url) {
    row.link = element("a", "map-row-open");
    row.link.title = words.open;
    row.link.append(icon("right"));
    row.item.append(row.link);
  }
  rows.set(id, row);
  return row;
}

function choose(feature, takesFocus) {
  if (feature.n) {
    current.entered = feature;
    zoomTo(feature);
    return;
  }
  if (SMALL_SCREEN.matches) root.scrollIntoView({ block: "nearest" });
  if (drawn.has(feature.id)) open(feature, { takesFocus });
  else walkTo(feature);
}
