// Small comforts over plain HTML: menus that close, values that copy, errors that take the focus, failures that are said.
(() => {
  const openMenus = () => document.querySelectorAll("details[data-menu][open]");

  function closeMenus(except) {
    for (const menu of openMenus()) if (!except || !menu.contains(except)) menu.open = false;
  }

  document.addEventListener("click", (event) => {
    closeMenus(event.target);
    const closer = event.target.closest("[data-menu-close]");
    if (closer) closer.closest("details").open = false;
    if (event.target.closest("[data-back]")) history.back();
    const copier = event.target.closest("[data-copy]");
    if (copier) navigator.clipboard.writeText(copier.dataset.copy);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = [...openMenus()].find((one) => one.contains(document.activeElement));
    closeMenus();
    menu?.querySelector("summary").focus();
  });

  function prepare(part) {
    for (const one of part.querySelectorAll("[data-menu-close][hidden], [data-back][hidden], [data-help-open][hidden]")) {
      one.hidden = false;
    }
    if (navigator.clipboard) {
      for (const one of part.querySelectorAll("[data-copy][hidden]")) one.hidden = false;
    }
    part.querySelector("[data-focus]")?.focus();
  }

  function sayFailure() {
    const flashes = document.getElementById("flashes");
    const notice = document.getElementById("failure-notice");
    if (flashes && notice) flashes.replaceChildren(notice.content.cloneNode(true));
  }

  prepare(document);
  document.addEventListener("htmx:load", (event) => prepare(event.target));
  document.addEventListener("htmx:sendError", sayFailure);
  document.addEventListener("htmx:timeout", sayFailure);
})();
