// Light or dark: the person's choice on this device, otherwise the device's; runs before the first paint.
(() => {
  const KEY = "cot-moc-theme";
  const root = document.documentElement;
  const device = matchMedia("(prefers-color-scheme: dark)");

  function chosen() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // storage is switched off: follow the device
    }
  }

  function apply() {
    root.dataset.bsTheme = chosen() ?? (device.matches ? "dark" : "light");
  }

  function flip() {
    const next = root.dataset.bsTheme === "dark" ? "light" : "dark";
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // the choice then lasts for this page only
    }
    root.dataset.bsTheme = next;
    dispatchEvent(new CustomEvent("theme-changed", { detail: next }));
  }

  apply();
  device.addEventListener("change", apply);
  document.addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-theme-switch]")) {
      button.hidden = false;
      button.addEventListener("click", flip);
    }
  });
})();
