// Choosing what lies inside a drawn area or on a stretch: the list shows it, files and work follow.
import { filters } from "./address.js";
import { start, stop } from "./draw.js";
import { showList } from "./list.js";
import { load } from "./loading.js";
import { settings } from "./page.js";
import { current } from "./state.js";

const words = settings.tools;
const DIGITS = 6;
const part = document.querySelector("[data-map-chosen]");
const form = part?.querySelector("form");
const said = part?.querySelector("[data-map-chosen-said]");
const stretch = document.querySelector("[data-map-stretch]");
let asked = null; // {vung} or {doan}

function body() {
  const sent = new FormData();
  sent.set("csrf_token", form.querySelector("[name=csrf_token]").value);
  for (const [name, value] of filters()) if (name !== "ngay" && name !== "so-sanh") sent.append(name, value);
  for (const [name, value] of Object.entries(asked)) sent.set(name, value);
  return sent;
}

async function send(url) {
  const answer = await fetch(url, {
    method: "POST", body: body(), credentials: "same-origin", headers: { Accept: "application/json" },
  });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) said.textContent = told.error ?? words.failed;
  return answer.ok ? told : null;
}

async function choose(what) {
  asked = what;
  part.hidden = false;
  said.textContent = words.choosing;
  const answer = await send(settings.chosen.list);
  if (!answer) return;
  current.chosen = answer;
  const isPast = filters().has("ngay");
  said.textContent = isPast ? `${answer.said} ${words.asToday}` : answer.said;
  for (const name of ["markers", "cases"]) {
    for (const button of form.querySelectorAll(`[data-map-chosen-needs="${name}"]`)) button.disabled = !answer[name];
  }
  showList(answer);
}

function forget() {
  asked = null;
  current.chosen = null;
  part.hidden = true;
  if (stretch) stretch.value = "";
  load();
}

// A file comes by a plain form, so that the browser saves it as it saves any other.
function download(event) {
  const { submitter } = event;
  form.action = `${submitter.dataset.url}?dang=${form.querySelector("[name=dang]").value}`;
  for (const old of form.querySelectorAll("[data-sent]")) old.remove();
  for (const [name, value] of body()) {
    if (name === "csrf_token") continue;
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    field.dataset.sent = "";
    form.append(field);
  }
}

async function take() {
  const answer = await send(settings.chosen.take);
  if (!answer) return;
  await choose(asked);
  said.textContent = answer.said;
}

function ring(points) {
  return JSON.stringify(points.map(({ lat, lng }) => [Number(lng.toFixed(DIGITS)), Number(lat.toFixed(DIGITS))]));
}

export function startChoosing() {
  if (!part) return;
  for (const [kind, hint] of [["area", words.lassoHint], ["box", words.boxHint]]) {
    const button = document.querySelector(`[data-map-choose="${kind}"]`);
    const closed = () => asked?.vung && forget();
    button.addEventListener("click", () => start({ kind, hint, button, closed, done: (points) => choose({ vung: ring(points) }) }));
  }
  stretch?.addEventListener("change", () => {
    stop();
    if (stretch.value) choose({ doan: stretch.value });
    else forget();
  });
  part.querySelector("[data-map-chosen-clear]").addEventListener("click", () => (stop(), asked && forget()));
  part.querySelector("[data-map-chosen-take]")?.addEventListener("click", take);
  form.addEventListener("submit", download);
}
