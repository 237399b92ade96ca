// The straightened line by keyboard: one stop of Tab per list, arrows go along the border, what has
// the focus or the pointer is said below.
(() => {
  "use strict";

  const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  const strip = document.querySelector("[data-strip]");
  const said = document.querySelector("[data-strip-said]");
  if (!strip) return;

  const listOf = (mark) => mark.closest("[role=list], ol");
  const marksOf = (list) => [...list.querySelectorAll("[data-mark]")];
  const kindOf = (list) => (list.matches("ol") ? "down" : list.nextElementSibling === null ? "markers" : "cases");

  // Lists of the same kind follow each other along the border: markers after markers.
  function along(mark) {
    const kind = kindOf(listOf(mark));
    return [...strip.querySelectorAll("[role=list], ol")]
      .filter((list) => kindOf(list) === kind && list.checkVisibility())
      .flatMap(marksOf);
  }

  function hold(mark) {
    for (const other of marksOf(listOf(mark))) other.setAttribute("tabindex", other === mark ? "0" : "-1");
  }

  function goTo(mark) {
    if (!mark) return;
    hold(mark);
    mark.focus({ preventScroll: true });
    mark.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function tell(mark) {
    if (!said) return;
    said.hidden = !mark;
    said.textContent = mark?.getAttribute("aria-label") ?? "";
  }

  for (const list of strip.querySelectorAll("[role=list]")) {
    const [first, ...rest] = marksOf(list);
    if (first) hold(first);
    for (const mark of rest) mark.setAttribute("tabindex", "-1");
  }

  strip.addEventListener("keydown", (event) => {
    const mark = event.target.closest?.("[data-mark]");
    if (!mark || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const own = marksOf(listOf(mark));
    const every = event.key in STEPS ? along(mark) : [];
    const next = event.key === "Home" ? own[0] : event.key === "End" ? own.at(-1) : every[every.indexOf(mark) + STEPS[event.key]];
    if (event.key === "Home" || event.key === "End" || event.key in STEPS) {
      event.preventDefault();
      goTo(next);
    }
  });
  strip.addEventListener("focusin", (event) => {
    const mark = event.target.closest("[data-mark]");
    if (mark) hold(mark);
    tell(mark);
  });
  strip.addEventListener("focusout", () => tell(null));
  strip.addEventListener("pointerover", (event) => tell(event.target.closest("[data-mark]")));
  strip.addEventListener("pointerleave", () => tell(null));
})();
