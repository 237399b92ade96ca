// The one date control: the day of the view, the day beside it, and the years one after another.
import { writeAddress } from "./address.js";
import { soon } from "./loading.js";
import { element, form, icon, isoOf, numbers, settings } from "./page.js";
import { useDay } from "./words.js";

const { day } = settings;
const PAUSE_MS = matchMedia("(prefers-reduced-motion: reduce)").matches ? 2600 : 1200;
const input = form?.querySelector('[name="ngay"]');
const compared = form?.querySelector('[name="so-sanh"]');
const bar = document.querySelector("[data-map-years]");
const said = document.querySelector("[data-map-day]");
const table = document.querySelector("[data-map-compared]");
const province = form?.querySelector('select[name="tinh"]');
let playing = false;
let timer = 0;

function written(iso) {
  return iso.split("-").reverse().join("/");
}

function shown() {
  return isoOf(input?.value ?? "") || day.today;
}

function show(iso) {
  input.value = iso === day.today ? "" : written(iso);
  writeAddress();
  label();
  soon();
}

function label() {
  const text = shown() === day.today ? day.words.today : written(shown());
  bar.querySelector("[data-map-years-day]").textContent = text;
  bar.querySelector("[data-map-years-next]").disabled = shown() === day.today;
  bar.querySelector("[data-map-years-previous]").disabled = Number(shown().slice(0, 4)) <= day.firstYear;
}

// The last day of every year, and today.
function next() {
  const year = Number(shown().slice(0, 4));
  const end = `${year}-12-31`;
  const wanted = shown() < end ? end : `${year + 1}-12-31`;
  return wanted < day.today ? wanted : day.today;
}

function previous() {
  return `${Math.max(Number(shown().slice(0, 4)) - 1, day.firstYear)}-12-31`;
}

function play() {
  if (playing) return pause();
  playing = true;
  button();
  show(shown() === day.today ? `${day.firstYear}-12-31` : next());
}

export function pause() {
  playing = false;
  clearTimeout(timer);
  button();
}

function button() {
  const made = bar.querySelector("[data-map-years-play]");
  const text = playing ? day.words.pause : day.words.play;
  made.replaceChildren(icon(playing ? "pause" : "play"), element("span", "", text));
  made.setAttribute("aria-pressed", String(playing));
}

// The next year is asked for when this one is on the screen: a slow line makes it slow, not wrong.
function goOn() {
  clearTimeout(timer);
  if (!playing) return;
  if (shown() === day.today) pause();
  else timer = setTimeout(() => show(next()), PAUSE_MS);
}

export function showDay(answer) {
  useDay(answer.day?.provinces, answer.compared ? written(answer.compared.on) : "");
  said.querySelector("span").textContent = answer.day?.said ?? "";
  said.hidden = !answer.day?.said;
  offerProvinces(answer.day?.provinces ?? day.provincesToday);
  showCounts(answer.compared);
  goOn();
}

// The provinces to choose from are those of the day, in their order by name.
function offerProvinces(names) {
  if (!province) return;
  const kept = province.value;
  const codes = Object.keys(names).sort((one, other) => names[one].localeCompare(names[other], "vi"));
  if (codes.join() === [...province.options].slice(1).map((option) => option.value).join()) return;
  province.replaceChildren(province.options[0], ...codes.map((code) => new Option(names[code], code)));
  province.value = kept in names ? kept : "";
  if (kept !== province.value) {
    writeAddress();
    soon();
  }
}

function showCounts(counted) {
  table.hidden = !counted;
  if (!counted) return;
  const head = element("tr");
  for (const text of [day.words.kind, written(counted.on), written(shown()), day.words.change]) {
    const cell = element("th");
    cell.scope = "col";
    cell.append(...text.split(/(?<=\/)(?=\d{4})/).flatMap((part, index) => (index ? [element("wbr"), part] : [part])));
    head.append(cell);
  }
  table.querySelector("thead").replaceChildren(head);
  table.querySelector("tbody").replaceChildren(...counted.rows.map(line));
}

function line({ name, then, now }) {
  const made = element("tr");
  const first = element("th", "", name);
  first.scope = "row";
  const change = now - then;
  const cells = [then, now].map((number) => element("td", "", numbers.format(number)));
  made.append(first, ...cells, element("td", "", change ? `${change > 0 ? "+" : "−"}${numbers.format(Math.abs(change))}` : "0"));
  return made;
}

export function startDays() {
  if (!input || !bar) return;
  const act = { previous: () => (pause(), show(previous())), next: () => (pause(), show(next())), play };
  for (const [name, run] of Object.entries(act)) bar.querySelector(`[data-map-years-${name}]`).addEventListener("click", run);
  said.querySelector("button").addEventListener("click", () => (pause(), show(day.today)));
  for (const date of [input, compared]) {
    date.addEventListener("change", () => {
      pause();
      if (!date.validity.valid) return date.reportValidity();
      writeAddress();
      label();
      soon();
    });
  }
  document.addEventListener("keydown", (event) => event.key === "Escape" && playing && pause());
  document.addEventListener("visibilitychange", () => document.hidden && playing && pause());
  bar.hidden = false;
  button();
  label();
}
