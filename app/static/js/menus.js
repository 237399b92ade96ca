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

  // A menu stays inside the window: to the left where the right edge is near, scrolled to where the foot is near.
  document.addEventListener(
    "toggle",
    ({ target: menu }) => {
      if (!menu.open || !menu.matches("[data-menu]")) return;
      const list = menu.querySelector(".menu-list");
      if (list.getBoundingClientRect().right > document.documentElement.clientWidth) list.classList.add("menu-end");
      if (!menu.closest(".top")) list.scrollIntoView({ block: "nearest" });
    },
    true,
  );

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

  function say(sentences) {
    const flashes = document.getElementById("flashes");
    const notice = document.getElementById("failure-notice")?.content.cloneNode(true);
    if (!flashes || !notice) return;
    if (sentences.length > 0) notice.querySelector("p").textContent = sentences.join(" ");
    flashes.replaceChildren(notice);
    flashes.scrollIntoView({ block: "nearest" });
  }

  // The server answered with an error page: its sentences go above the page, which stays as it is.
  function sayAnswer(event) {
    const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
    say([...page.querySelectorAll(".error-lead, .reasons li")].map((one) => one.textContent.trim()));
  }

  // A part of the page must not become the sign-in page: the whole page goes there and comes back.
  function leaveForSignIn(event) {
    const path = document.body.dataset.signIn;
    const answeredFrom = event.detail.xhr.responseURL;
    if (!path || !answeredFrom || new URL(answeredFrom).pathname !== path) return;
    event.detail.shouldSwap = false;
    location.reload();
  }

  prepare(document);
  // On a phone the room that is open may stand beyond the edge of its row.
  const room = document.querySelector(".tabs [aria-current]");
  room?.closest(".tabs").scrollTo({ left: room.offsetLeft - 16 });
  document.addEventListener("htmx:load", (event) => prepare(event.target));
  document.addEventListener("htmx:beforeSwap", leaveForSignIn);
  document.addEventListener("htmx:responseError", sayAnswer);
  document.addEventListener("htmx:sendError", () => say([]));
  document.addEventListener("htmx:timeout", () => say([]));
})();
