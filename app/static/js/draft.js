// Drafts: what is typed into a form with data-draft="key" stays on this device until the server says it arrived
// (an element with data-draft-clear="key"), so an expired sign-in or a lost link loses nothing.
(() => {
  const PREFIX = "cot-moc-draft:";
  const SKIPPED = new Set(["password", "file", "hidden", "submit", "button"]);
  const SAVE_AFTER_MS = 400;
  const KEEP_MS = 14 * 24 * 3600 * 1000;

  const store = {
    read(key) {
      try {
        return JSON.parse(localStorage.getItem(PREFIX + key));
      } catch {
        return null; // unreadable or switched off: no draft
      }
    },
    write(key, draft) {
      try {
        localStorage.setItem(PREFIX + key, JSON.stringify(draft));
      } catch {
        // full or switched off: the form still works
      }
    },
    clear(key) {
      try {
        localStorage.removeItem(PREFIX + key);
      } catch {
        // nothing was stored
      }
    },
  };

  const inputsOf = (form) =>
    [...form.elements].filter((input) => input.name && !SKIPPED.has(input.type) && !("draftSkip" in input.dataset));

  function valuesOf(form) {
    return inputsOf(form).map((input) => {
      if (input.type === "checkbox" || input.type === "radio") return [input.name, input.value, input.checked];
      if (input.multiple) return [input.name, [...input.selectedOptions].map((one) => one.value), true];
      return [input.name, input.value, true];
    });
  }

  function fillIn(form, values) {
    form.dispatchEvent(new CustomEvent("cot-moc:draft", { bubbles: true, detail: values })); // rows to put back first
    const left = [...values];
    for (const input of inputsOf(form)) {
      const isTick = input.type === "checkbox" || input.type === "radio";
      const at = left.findIndex(([name, value]) => name === input.name && (!isTick || value === input.value));
      if (at < 0) continue;
      const [[, value, isOn]] = left.splice(at, 1);
      if (isTick) input.checked = isOn;
      else if (input.multiple) for (const one of input.options) one.selected = value.includes(one.value);
      else input.value = value;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  function inWords(at) {
    const two = (number) => String(number).padStart(2, "0");
    const day = `${two(at.getDate())}/${two(at.getMonth() + 1)}/${at.getFullYear()}`;
    return `${two(at.getHours())}:${two(at.getMinutes())}, ${day}`;
  }

  function showNotice(form, draft) {
    const notice = document.getElementById("draft-notice")?.content.cloneNode(true);
    if (!notice) return;
    const time = notice.querySelector("time");
    time.dateTime = draft.at;
    time.textContent = inWords(new Date(draft.at));
    notice.querySelector("[data-draft-discard]").addEventListener("click", () => discard(form));
    form.prepend(notice);
  }

  let isForgotten = false; // what is typed on this page is not wanted any more

  function discard(form) {
    isForgotten = true;
    store.clear(form.dataset.draft);
    location.reload();
  }

  function watch(form) {
    if (form.dataset.draftWatched) return;
    form.dataset.draftWatched = "1";
    const key = form.dataset.draft;
    const untouched = JSON.stringify(valuesOf(form));
    const draft = store.read(key);
    if (draft && Date.now() - Date.parse(draft.at) > KEEP_MS) store.clear(key);
    else if (draft && JSON.stringify(draft.values) !== untouched) {
      fillIn(form, draft.values);
      showNotice(form, draft);
    }
    let timer = 0;
    const save = () => {
      clearTimeout(timer);
      timer = 0;
      store.write(key, { at: new Date().toISOString(), values: valuesOf(form) });
    };
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(save, SAVE_AFTER_MS);
    });
    form.addEventListener("submit", save);
    // The page may be left before the pause ends: by a link, or because the session ran out.
    addEventListener("pagehide", () => timer && !isForgotten && save());
  }

  function prepare(part) {
    for (const mark of part.querySelectorAll("[data-draft-clear]")) store.clear(mark.dataset.draftClear);
    for (const form of part.querySelectorAll("form[data-draft]")) watch(form);
  }

  // On a shared desk the next person must not find the last one's words.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-sign-out]")) return;
    isForgotten = true;
    try {
      for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
    } catch {
      // nothing was stored
    }
  });

  document.addEventListener("DOMContentLoaded", () => prepare(document)); // when the page's own scripts listen
  document.addEventListener("htmx:load", (event) => prepare(event.target));
})();

// What is sent wins over a suggestion that is still on its way: its answer may lead to the sign-in page.
(() => {
  let isSending = false;
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) isSending = true;
  });
  addEventListener("pageshow", () => (isSending = false));
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (isSending) event.preventDefault();
  });
})();
