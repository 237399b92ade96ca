// Opening the case of a notice reads the notice; the link itself stays a plain link.
document.addEventListener("DOMContentLoaded", () => {
  const token = document.querySelector("input[name=csrf_token]");
  const markRead = (event) => {
    const link = event.target.closest("[data-mark-read]");
    if (!link || !token || event.button > 1) return;
    const body = new FormData();
    body.set("csrf_token", token.value);
    fetch(link.dataset.markRead, { method: "POST", body, keepalive: true, redirect: "manual" });
  };
  document.addEventListener("click", markRead);
  document.addEventListener("auxclick", markRead);
});
