// The keyboard: search, move through rows, press the page's acts, go to places, the palette and the list of keys.
(() => {
  const LEAVES_SEQUENCE_MS = 1200;
  let sequence = "";
  let sequenceTimer = 0;

  const isTyping = (target) => target.closest("input, textarea, select, [contenteditable], dialog") !== null;
  const isShown = (element) => element.checkVisibility();
  const shown = (selector) => [...document.querySelectorAll(selector)].filter(isShown);

  function moveRow(step) {
    const links = shown("[data-row] [data-row-link]");
    if (links.length === 0) return;
    const row = document.activeElement?.closest("[data-row]");
    const now = row ? links.findIndex((link) => row.contains(link)) : -1;
    const next = now < 0 && step < 0 ? links.length - 1 : Math.min(Math.max(now + step, 0), links.length - 1);
    links[next].focus();
    links[next].scrollIntoView({ block: "nearest" });
  }

  function pressAct(key) {
    const row = document.activeElement?.closest("[data-row]");
    const selector = `[data-key="${CSS.escape(key)}"]`;
    const act = row?.querySelector(selector) ?? document.querySelector(selector);
    if (!act) return false;
    if (act.matches("textarea, input, select")) act.focus();
    else act.click();
    return true;
  }

  function go(key) {
    document.querySelector(`[data-go="${CSS.escape(key)}"]`)?.click();
  }

  function startSequence() {
    sequence = "g";
    clearTimeout(sequenceTimer);
    sequenceTimer = setTimeout(() => (sequence = ""), LEAVES_SEQUENCE_MS);
  }

  function focusSearch() {
    const box = document.getElementById("search-box");
    box?.focus();
    box?.select();
  }

  const plainKeys = {
    "/": focusSearch,
    "?": () => document.getElementById("help-dialog")?.showModal(),
    g: startSequence,
    j: () => moveRow(1),
    k: () => moveRow(-1),
  };

  function onKey(event) {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      openPalette();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
    if (sequence) {
      sequence = "";
      event.preventDefault();
      go(event.key);
    } else if (Object.hasOwn(plainKeys, event.key)) {
      event.preventDefault();
      plainKeys[event.key]();
    } else if (/^[a-z]$/.test(event.key) && pressAct(event.key)) {
      event.preventDefault();
    }
  }

  // --- the palette: every place and every act of this page, found without diacritics ---

  const palette = document.getElementById("palette-dialog");
  const box = document.getElementById("palette-box");
  const list = document.getElementById("palette-list");

  const fold = (text) =>
    text.normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d").replaceAll("Đ", "D").toLowerCase();
  const wordsOf = (element) => element.textContent.replace(/\s+/g, " ").trim();

  function commands() {
    const selector = ".places a, .menu-item:not(.is-refused), .page-head-acts a, .page-head-acts button, .tabs a, [data-palette]";
    const seen = new Set();
    return [...document.querySelectorAll(selector)]
      .map((element) => ({ element, words: element.dataset.palette || wordsOf(element) }))
      .filter(({ element, words }) => !element.hidden && words && !seen.has(words) && seen.add(words));
  }

  function option({ words, run }, index) {
    const item = document.createElement("li");
    item.id = `palette-${index}`;
    item.role = "option";
    item.textContent = words;
    item.addEventListener("click", () => choose(run));
    return item;
  }

  function choose(run) {
    palette.close();
    run();
  }

  function search(words) {
    const form = document.querySelector(".search");
    if (!form) return;
    form.elements.q.value = words;
    form.requestSubmit();
  }

  function fill() {
    const asked = box.value.trim();
    const found = commands()
      .filter(({ words }) => fold(words).includes(fold(asked)))
      .map(({ element, words }) => ({ words, run: () => element.click() }));
    if (asked) found.push({ words: `${list.dataset.searchLabel} “${asked}”`, run: () => search(asked) });
    list.replaceChildren(...found.map(option));
    select(0);
  }

  function select(index) {
    const items = [...list.children];
    const chosen = items[(index + items.length) % Math.max(items.length, 1)];
    for (const item of items) item.setAttribute("aria-selected", String(item === chosen));
    box.setAttribute("aria-activedescendant", chosen?.id ?? "");
    chosen?.scrollIntoView({ block: "nearest" });
  }

  const selectedIndex = () => [...list.children].findIndex((item) => item.ariaSelected === "true");

  function openPalette() {
    if (!palette || palette.open) return;
    box.value = "";
    fill();
    palette.showModal();
    box.focus();
  }

  function onPaletteKey(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      select(selectedIndex() + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter") {
      event.preventDefault();
      list.children[selectedIndex()]?.click();
    }
  }

  document.addEventListener("keydown", onKey);
  box?.addEventListener("input", fill);
  box?.addEventListener("keydown", onPaletteKey);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-help-open]")) document.getElementById("help-dialog").showModal();
    if (event.target.matches("dialog")) event.target.close(); // the backdrop
  });
})();
