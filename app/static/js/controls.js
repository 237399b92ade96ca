// Comforts of the controls: a calendar for dates written as text, file names in words of the page's language.
(() => {
  const two = (number) => String(number).padStart(2, "0");

  function inWords(value) {
    const [day, time] = value.split("T");
    const [year, month, date] = day.split("-");
    return [`${date}/${month}/${year}`, time].filter(Boolean).join(" ");
  }

  function forPicker(text, type) {
    const found = text.match(/^(\d{1,2})\/(\d{1,2})\/(\d{4})(?:\s+(\d{1,2}):(\d{2}))?$/);
    if (!found) return "";
    const day = `${found[3]}-${two(found[2])}-${two(found[1])}`;
    return type === "date" ? day : `${day}T${two(found[4] ?? 0)}:${found[5] ?? "00"}`;
  }

  function addPicker(input) {
    const type = input.dataset.picker;
    const picker = document.createElement("input");
    if (!("showPicker" in picker)) return;
    Object.assign(picker, { type, tabIndex: -1 });
    picker.className = "picker-native";
    picker.setAttribute("aria-hidden", "true");
    picker.dataset.draftSkip = "";
    const button = document.getElementById("picker-button").content.firstElementChild.cloneNode(true);
    button.addEventListener("click", () => {
      picker.value = forPicker(input.value.trim(), type);
      picker.showPicker();
    });
    picker.addEventListener("change", () => {
      if (!picker.value) return;
      input.value = inWords(picker.value);
      for (const name of ["input", "change"]) input.dispatchEvent(new Event(name, { bubbles: true }));
    });
    input.after(button, picker);
  }

  function quieten(input) {
    const label = document.getElementById("file-button").content.firstElementChild.cloneNode(true);
    const button = label.querySelector("label");
    const names = label.querySelector("[data-file-names]");
    button.htmlFor = input.id;
    button.lastElementChild.textContent = input.accept === "image/*" ? button.dataset.photo : button.dataset.file;
    const none = names.textContent;
    const show = () => (names.textContent = [...input.files].map((file) => file.name).join("; ") || none);
    input.addEventListener("change", show);
    input.classList.add("visually-hidden");
    input.after(label);
    show();
  }

  function prepare(part) {
    if (document.getElementById("picker-button")) for (const input of part.querySelectorAll("[data-picker]")) addPicker(input);
    if (document.getElementById("file-button")) for (const input of part.querySelectorAll('input[type="file"]')) quieten(input);
  }

  prepare(document);
  document.addEventListener("cot-moc:added", (event) => prepare(event.detail));
})();
