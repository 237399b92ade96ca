// Asks for the features of the view; the last question is the one that is answered.
import { filters } from "./address.js";
import { element, map, notice, root, settings, words } from "./page.js";

const hearers = []; // answer => void
let loading = null;
let timer = 0;

export function onAnswer(hear) {
  hearers.push(hear);
}

export function soon() {
  root.setAttribute("aria-busy", "true");
  clearTimeout(timer);
  timer = setTimeout(load, 80);
}

export async function load() {
  clearTimeout(timer);
  timer = 0;
  loading?.abort();
  const mine = (loading = new AbortController());
  const params = filters();
  const bounds = map.getBounds().pad(0.05);
  const edges = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
  params.set("bbox", edges.map((edge) => edge.toFixed(4)).join(","));
  params.set("zoom", String(map.getZoom()));
  root.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(`${settings.features}?${params}`, {
      signal: mine.signal,
      credentials: "same-origin",
      headers: { Accept: "application/json" },
    });
    if (answer.status === 401) return location.reload();
    if (!answer.ok) throw new Error(String(answer.status));
    const said = await answer.json();
    for (const hear of hearers) hear(said);
  } catch (problem) {
    if (problem.name !== "AbortError") showFailure();
  } finally {
    // What is on the screen is what was asked for last, and nothing else is on its way.
    if (mine === loading && !timer) root.removeAttribute("aria-busy");
  }
}

function showFailure() {
  const retry = element("button", "btn btn-sm", words.retry);
  retry.type = "button";
  retry.addEventListener("click", load);
  notice.replaceChildren(words.failed, " ", retry);
  notice.hidden = false;
}
