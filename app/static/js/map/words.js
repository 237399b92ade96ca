// What is said of a feature; titles and names come from people and enter the page as text only.
import { TONES, moments, numbers, settings, words } from "./page.js";
import { symbolOf } from "./symbols.js";

let provinces = settings.provinces; // of the day that is shown
let comparedDay = "";

export function useDay(names, compared) {
  provinces = names ?? settings.provinces;
  comparedDay = compared;
}

export function title(feature) {
  if (feature.n) return `${words.cluster} ${numbers.format(feature.n)}`;
  if (feature.is === "case") return feature.title;
  const lead = feature.type === "peg" ? words.peg : words.marker;
  return `${lead} ${feature.title} (${settings.neighbours[feature.line] ?? feature.line})`;
}

export function facts(feature) {
  return "then" in feature ? [...factsOfDay(feature), ["", before(feature)]] : factsOfDay(feature);
}

// What it was on the other day, where two are compared.
function before({ is, type, then }) {
  const said = settings.day.words.then.replace("{day}", comparedDay);
  if (!then) return `${said} ${settings.day.words.absent}`;
  if (is === "case") return `${said} ${settings.types[type]?.states[then.state] ?? then.state}`;
  const condition = settings.conditions[then.condition] ?? then.condition;
  return `${said} ${settings.stages[then.state] ?? then.state}, ${condition}`;
}

function factsOfDay(feature) {
  const type = symbolOf(feature).name;
  const province = provinces[feature.province];
  if (feature.is === "marker") {
    return [
      [words.type, type],
      [words.stage, settings.stages[feature.state] ?? feature.state],
      [words.condition, settings.conditions[feature.condition] ?? feature.condition],
      [words.province, province],
      [words.inspection, inspectionText(feature.inspection_due)],
    ];
  }
  return [
    [words.type, type],
    [words.state, settings.types[feature.type]?.states[feature.state] ?? feature.state],
    [words.due, feature.due ? dueText(feature) : ""],
    [words.place, [feature.place, province].filter(Boolean).join(", ")],
  ];
}

function dueText(feature) {
  const said = moments.format(new Date(feature.due));
  return feature.tone === "overdue" ? `${said} – ${settings.tones.overdue.split(",")[0].toLowerCase()}` : said;
}

function inspectionText(due) {
  if (!due) return "";
  const said = due.split("-").reverse().join("/");
  return due < new Date().toISOString().slice(0, 10) ? `${said} – ${words.inspectionLate}` : said;
}

export function clusterLines(feature) {
  const counted = [];
  if (feature.markers) counted.push(`${numbers.format(feature.markers)} ${words.markers}`);
  if (feature.cases) counted.push(`${numbers.format(feature.cases)} ${words.cases}`);
  const tones = TONES.filter((tone) => feature.tones[tone]).map(
    (tone) => `${settings.tones[tone]}: ${numbers.format(feature.tones[tone])}`,
  );
  return [counted.join(" · "), ...tones];
}

export function second(feature) {
  if (feature.n) {
    const near = cotMoc.nearestName(feature.lat, feature.lon);
    return [near, clusterLines(feature)[0]].filter(Boolean).join(" · ");
  }
  const said = facts(feature).map(([, value]) => value);
  return [said[1], said[3]].filter(Boolean).join(" · ");
}
