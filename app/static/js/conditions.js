// Forms that follow their own answers: the server says which fields are called for and what is computed;
// rows of a group are added and taken away here, as the buttons do without JavaScript.
(() => {
  const ASK_AFTER_MS = 250;
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  // --- conditions and computed values ---------------------------------------------------------

  function show(form, told) {
    for (const box of form.querySelectorAll("[data-fact]")) box.hidden = told.hidden.includes(box.dataset.fact);
    for (const place of form.querySelectorAll("[data-computed]")) {
      place.textContent = told.computed[place.dataset.computed] || place.dataset.empty;
    }
  }

  function typedIn(form) {
    const typed = new FormData(form);
    for (const [name, value] of [...typed]) if (value instanceof File) typed.delete(name);
    return typed;
  }

  async function ask(form, turn) {
    const answer = await fetch(form.dataset.conditions, { method: "POST", body: typedIn(form), headers: { Accept: "application/json" } });
    const isNewest = Number(form.dataset.turn) === turn;
    if (isNewest && answer.ok && answer.headers.get("Content-Type")?.includes("json")) show(form, await answer.json());
  }

  const timers = new WeakMap();
  function askSoon(form) {
    clearTimeout(timers.get(form));
    const turn = Number(form.dataset.turn || 0) + 1;
    form.dataset.turn = String(turn);
    timers.set(form, setTimeout(() => ask(form, turn).catch(() => {}), ASK_AFTER_MS)); // the server judges again when it is sent
  }

  for (const form of document.querySelectorAll("form[data-conditions]")) {
    for (const box of form.querySelectorAll("[data-absent]")) box.hidden = true;
    form.addEventListener("change", () => askSoon(form));
    form.addEventListener("input", () => askSoon(form));
    askSoon(form);
  }

  // --- rows of a group ------------------------------------------------------------------------

  const rowsOf = (group) => [...group.querySelectorAll("[data-row-key]")].filter((row) => row.closest("[data-group]") === group);

  function nextKey(group) {
    const numbers = rowsOf(group).map((row) => /^n(\d+)$/.exec(row.dataset.rowKey)).filter(Boolean).map((found) => Number(found[1]));
    return `n${Math.max(-1, ...numbers) + 1}`;
  }

  function addRow(group, key = nextKey(group)) {
    const blank = group.querySelector("template[data-blank-row]");
    const holder = document.createElement("tbody");
    holder.innerHTML = blank.innerHTML.replaceAll("__key__", key);
    const row = holder.querySelector("tr");
    group.querySelector("[data-rows]").append(row);
    window.htmx?.process(row);
    document.dispatchEvent(new CustomEvent("cot-moc:added", { detail: row }));
    return row;
  }

  function say(group, kind) {
    const note = group.querySelector("[data-row-note]");
    note.textContent = fill(note.dataset[kind], { n: rowsOf(group).length });
  }

  function told(group) {
    group.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function dropRow(group, row) {
    const rows = rowsOf(group);
    const neighbour = rows[rows.indexOf(row) + 1] || rows[rows.indexOf(row) - 1];
    row.remove();
    (neighbour?.querySelector("[data-drop-row]") || group.querySelector("[data-add-row]")).focus();
    say(group, "dropped");
    told(group);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add-row], [data-drop-row]");
    const group = button?.closest("[data-group]");
    if (!group) return;
    event.preventDefault();
    if ("dropRow" in button.dataset) {
      dropRow(group, button.closest("[data-row-key]"));
      return;
    }
    addRow(group).querySelector("input:not([type=hidden]), select, textarea")?.focus();
    say(group, "added");
    told(group);
  });

  // A draft that is put back brings the rows that it had.
  document.addEventListener("cot-moc:draft", (event) => {
    for (const [name] of event.detail) {
      const found = /^([a-z][a-z0-9_]*)-(n\d+)-/.exec(name);
      const group = found && event.target.querySelector(`[data-group="${found[1]}"]`);
      if (group && !rowsOf(group).some((row) => row.dataset.rowKey === found[2])) addRow(group, found[2]);
    }
  });
})();
