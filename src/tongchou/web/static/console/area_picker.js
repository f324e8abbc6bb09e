// A combobox over the select of an area picker (ARIA: combobox with a listbox popup). The select stays what the
// form sends; without this script it is simply used by itself.
"use strict";

function areaPicker(root) {
  const select = root.querySelector("select");
  const combo = root.querySelector(".area-combo");
  const input = combo.querySelector("input");
  const list = combo.querySelector("[role=listbox]");
  const status = combo.querySelector("[role=status]");
  const label = document.querySelector(`label[for="${select.id}"]`);
  let active = -1;

  const options = () => [...list.querySelectorAll("[role=option]")];
  const chosen = () => (select.selectedIndex < 0 ? "" : select.options[select.selectedIndex].text.trim());
  const isOpen = () => !list.hidden;

  function open(shown) {
    list.hidden = !shown;
    input.setAttribute("aria-expanded", String(shown));
    if (!shown) point(-1);
  }

  function point(place) {
    const all = options();
    active = all.length ? Math.max(-1, Math.min(place, all.length - 1)) : -1;
    all.forEach((option, index) => option.setAttribute("aria-selected", String(index === active)));
    if (active < 0) {
      input.removeAttribute("aria-activedescendant");
    } else {
      input.setAttribute("aria-activedescendant", all[active].id);
      all[active].scrollIntoView({ block: "nearest" });
    }
  }

  function take(option) {
    const value = option.dataset.value;
    let found = [...select.options].find((one) => one.value === value);
    if (!found) {
      found = new Option(option.dataset.name, value);
      select.add(found);
    }
    select.value = value;
    select.dispatchEvent(new Event("change", { bubbles: true }));
    // A wider area than the form wants is a step on the way: what lies below it comes next.
    if ("step" in option.dataset) return ask();
    show();
    return open(false);
  }

  // At rest the field names the area chosen; no choice leaves it empty, so that its hint can be read.
  function show() {
    input.value = select.value ? chosen() : "";
  }

  function ask() {
    input.value = "";
    input.dispatchEvent(new Event("ask"));
  }

  input.addEventListener("htmx:configRequest", (event) => {
    event.detail.parameters.under = select.value;
  });

  list.addEventListener("htmx:afterSwap", () => {
    if (select.options.length && select.options[0].value === "" && !input.value.trim()) {
      const none = document.createElement("li");
      none.setAttribute("role", "option");
      none.dataset.value = "";
      none.dataset.name = none.textContent = select.options[0].text;
      list.prepend(none);
    }
    options().forEach((option, index) => {
      option.id = `${list.id}_${index}`;
    });
    const said = list.querySelector("[data-said]");
    status.textContent = said ? said.dataset.said : "";
    if (document.activeElement === input) open(true);
    point(input.value.trim() ? 0 : -1);
  });

  input.addEventListener("focus", () => input.select());
  input.addEventListener("click", () => isOpen() || ask());
  input.addEventListener("blur", () => {
    open(false);
    show();
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  });

  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen()) return ask();
      const last = options().length - 1;
      const next = active + (event.key === "ArrowDown" ? 1 : -1);
      point(next > last ? 0 : next < 0 ? last : next);
    } else if (event.key === "Enter") {
      if (isOpen() && active >= 0) {
        event.preventDefault();
        take(options()[active]);
      } else if (isOpen()) {
        event.preventDefault();
      }
    } else if (event.key === "Escape" && isOpen()) {
      event.preventDefault();
      open(false);
      show();
    }
    return undefined;
  });

  select.hidden = true;
  combo.hidden = false;
  if (label) label.htmlFor = input.id;
  for (const name of ["aria-describedby", "aria-invalid"])
    if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
  show();
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-area-picker]").forEach(areaPicker);
});
