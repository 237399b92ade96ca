// The gate: a tap is sent at once; without a link it waits on this device and goes out later, in order.
// Only the person's number, the status and the minute are kept, never a name. Without this script the forms post as forms do.
(() => {
  "use strict";
  const KEY = "cot-moc-gate:" + location.pathname;
  const EVERY_MS = 10_000;
  const waitingBox = document.getElementById("gate-waiting");
  const conflictBox = document.getElementById("gate-conflicts");
  let isSending = false;

  function read() {
    try {
      return JSON.parse(localStorage.getItem(KEY)) ?? [];
    } catch {
      return []; // unreadable or switched off: nothing waits
    }
  }

  function write(taps) {
    try {
      localStorage.setItem(KEY, JSON.stringify(taps));
      return true;
    } catch {
      return false; // full or switched off: the form is sent as a form
    }
  }

  function showWaiting() {
    const count = read().length;
    waitingBox.hidden = count === 0;
    waitingBox.querySelector("p").textContent = waitingBox.dataset.words.replace("{n}", count);
  }

  const formOf = (action) => [...document.querySelectorAll("form[data-gate]")].find((form) => form.getAttribute("action") === action);

  function shift(status, by) {
    const count = document.querySelector(`.gate-counts [data-count="${CSS.escape(status)}"]`);
    if (count) count.textContent = (Number(count.textContent.replace(/\D/g, "")) + by).toLocaleString(document.documentElement.lang || "vi");
  }

  function paint(action, status, label, isWaiting) {
    const row = formOf(action)?.closest("li");
    if (!row) return;
    if (row.dataset.status !== status) {
      shift(row.dataset.status, -1);
      shift(status, 1);
    }
    row.dataset.status = status;
    row.querySelector(".gate-conflict")?.remove();
    row.classList.toggle("is-waiting", isWaiting);
    row.querySelector("[name=thay]").value = status;
    for (const button of row.querySelectorAll(".gate-taps button")) {
      const isOn = button.value === status;
      button.classList.toggle("is-on", isOn);
      button.setAttribute("aria-pressed", String(isOn));
    }
    const state = row.querySelector("[data-state]");
    state.textContent = label;
  }

  // What the row says on the server now; a row that this filter no longer shows stays, to be written knowingly.
  async function asOnServer(row) {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(row.id);
    if (fresh) {
      shift(row.dataset.status, -1);
      shift(fresh.dataset.status, 1);
      row.replaceWith(fresh);
      return fresh;
    }
    row.classList.remove("is-waiting");
    row.querySelector("[name=thay]").value = "";
    return row;
  }

  async function tellConflict(action, sentence) {
    const form = formOf(action);
    const line = document.createElement("li");
    line.textContent = `${form?.dataset.name ?? ""} ${sentence}`.trim();
    conflictBox.querySelector("ul").append(line);
    conflictBox.hidden = false;
    if (!form) return;
    const row = await asOnServer(form.closest("li"));
    const said = document.createElement("p");
    said.className = "gate-conflict";
    said.setAttribute("role", "alert");
    said.textContent = sentence;
    row.append(said);
  }

  async function send(tap) {
    const token = document.querySelector("form[data-gate] [name=csrf_token]")?.value ?? "";
    const body = new URLSearchParams({ csrf_token: token, "trang-thai": tap.status, thay: tap.seen, luc: String(tap.at) });
    const answer = await fetch(tap.action, { method: "POST", body, headers: { Accept: "application/json" } });
    if (answer.redirected) return "wait"; // signed out meanwhile: kept until the next sign-in
    const said = await answer.json().catch(() => ({}));
    if (answer.ok) paint(tap.action, said.status, said.label, false);
    else if (answer.status === 401 || answer.status >= 500) return "wait";
    else await tellConflict(tap.action, said.error ?? answer.statusText);
    return "gone";
  }

  async function empty() {
    if (isSending) return;
    isSending = true;
    try {
      for (let taps = read(); taps.length > 0; taps = read()) {
        if ((await send(taps[0])) === "wait") break;
        write(read().slice(1));
      }
    } catch {
      // no link: what is left goes out later
    } finally {
      isSending = false;
      showWaiting();
    }
  }

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-gate]");
    const button = event.submitter;
    if (!form || !button) return;
    const seen = form.querySelector("[name=thay]").value;
    const tap = { action: form.getAttribute("action"), status: button.value, seen, at: Date.now() };
    if (seen === tap.status) {
      event.preventDefault(); // the second half of a double tap
      return;
    }
    if (!write([...read(), tap])) return;
    event.preventDefault();
    paint(tap.action, tap.status, button.textContent, true);
    showWaiting();
    empty();
  });

  globalThis.addEventListener("online", empty);
  setInterval(empty, EVERY_MS);
  showWaiting();
  empty();
})();
