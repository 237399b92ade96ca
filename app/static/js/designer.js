// The designer beyond plain forms: what a choice shows, filtered lists, help while a condition is written.
(() => {
  "use strict";

  // --- a choice decides which attributes there are -----------------------------------------
  document.addEventListener("change", ({ target }) => {
    if (!target.matches("[data-decides]")) return;
    const within = target.closest("[data-line]") ?? target.form;
    for (const one of within.querySelectorAll("[data-only]")) {
      if (one.parentElement.closest("[data-line]") !== target.closest("[data-line]")) continue;
      one.hidden = !one.dataset.only.split(" ").includes(target.value);
    }
  });

  // --- lists of codes ----------------------------------------------------------------------
  const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();

  function sayChosen(list) {
    const said = list.querySelector("[data-codes-chosen]");
    const names = [...list.querySelectorAll("input:checked")].map((one) => one.parentElement.textContent.trim());
    said.textContent = names.join("; ") || said.dataset.none;
  }

  document.addEventListener("change", ({ target }) => {
    const list = target.closest(".codes");
    if (list && target.type === "checkbox") sayChosen(list);
  });
  document.addEventListener("input", ({ target }) => {
    if (!target.matches("[data-codes-filter]")) return;
    const sought = folded(target.value);
    for (const label of target.closest(".codes").querySelectorAll(".codes-list label")) {
      label.hidden = !folded(label.textContent).includes(sought);
    }
  });
  // Typing in the filter is not a change of the definition, and Enter there sends nothing.
  document.addEventListener("change", (event) => event.target.matches("[data-codes-filter]") && event.stopPropagation(), true);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("[data-codes-filter]")) event.preventDefault();
  });
  for (const filter of document.querySelectorAll("[data-codes-filter]")) filter.hidden = false;
  // Arrows walk through an open list; Escape closes it, so that Tab goes on behind it.
  document.addEventListener("keydown", (event) => {
    const list = event.target.closest("details.codes");
    if (!list?.open) return;
    const summary = list.querySelector("summary");
    if (event.key === "Escape") {
      list.open = false;
      summary.focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const stops = [...list.querySelectorAll("summary, [data-codes-filter], input[type=checkbox]")].filter((one) => one.checkVisibility());
      const step = event.key === "ArrowDown" ? 1 : -1;
      stops[stops.indexOf(event.target.closest("summary, input")) + step]?.focus();
    } else return;
    event.preventDefault();
  });

  // --- conditions --------------------------------------------------------------------------
  let asked = 0;

  async function judge(area, isCompleting) {
    const field = area.closest("[data-expression]");
    if (!field.dataset.expression) return;
    const turn = (asked += 1);
    const query = new URLSearchParams({ nguon: area.value, "con-tro": area.selectionStart });
    const answer = await fetch(`${field.dataset.expression}?${query}`, { headers: { Accept: "application/json" } });
    if (!answer.ok || turn !== asked) return;
    const { problems, completions } = await answer.json();
    const verdict = field.querySelector(".expression-verdict");
    verdict.textContent = problems.join(" ") || (area.value.trim() ? verdict.dataset.sound : "");
    verdict.classList.toggle("is-wrong", problems.length > 0);
    offer(area, isCompleting && document.activeElement === area ? completions : []);
  }

  function listOf(area) {
    return area.closest("[data-expression]").querySelector(".completions");
  }

  function offer(area, found) {
    const list = listOf(area);
    list.replaceChildren(
      ...found.map((one, number) => {
        const item = document.createElement("li");
        item.id = `${list.id}-${number}`;
        item.setAttribute("role", "option");
        item.dataset.text = one.text;
        item.dataset.start = one.start;
        const label = document.createElement("small");
        label.textContent = one.label;
        item.append(one.text, label);
        return item;
      }),
    );
    list.hidden = found.length === 0;
    choose(area, null);
  }

  function choose(area, item) {
    for (const one of listOf(area).children) one.setAttribute("aria-selected", String(one === item));
    if (item) {
      area.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    } else area.removeAttribute("aria-activedescendant");
  }

  function take(area, item) {
    area.setRangeText(item.dataset.text, Number(item.dataset.start), area.selectionStart, "end");
    listOf(area).hidden = true;
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  let pause;
  document.addEventListener("input", ({ target }) => {
    if (!target.matches("[data-expression] textarea")) return;
    clearTimeout(pause);
    pause = setTimeout(() => judge(target, true), 200);
  });
  document.addEventListener("focusout", ({ target }) => {
    if (target.matches("[data-expression] textarea")) setTimeout(() => (listOf(target).hidden = true), 150);
  });
  document.addEventListener("mousedown", (event) => {
    const item = event.target.closest(".completions li");
    if (!item) return;
    event.preventDefault();
    take(item.closest("[data-expression]").querySelector("textarea"), item);
  });
  document.addEventListener("keydown", (event) => {
    const area = event.target;
    if (!area.matches("[data-expression] textarea") || listOf(area).hidden) return;
    const items = [...listOf(area).children];
    const here = items.findIndex((one) => one.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose(area, items[(here + step + items.length) % items.length]);
    } else if (event.key === "Enter" && here >= 0) take(area, items[here]);
    else if (event.key === "Escape") listOf(area).hidden = true;
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  // --- a link to a place opens what folds it and brings the keyboard there ------------------
  function goToPlace() {
    const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!place?.closest("#part-form, .add-form")) return;
    for (let fold = place.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    const list = place.querySelector("details.codes");
    if (list) list.open = true;
    const control = place.matches("input, select, textarea") ? place : place.querySelector("input:not([type=hidden]), select, textarea");
    (control ?? place).focus();
  }
  // After the browser's own jump, which would leave the keyboard on the place itself.
  window.addEventListener("load", () => setTimeout(goToPlace));
  window.addEventListener("hashchange", goToPlace);
})();
