// One box that ticks all boxes of its table; without scripts each is ticked by itself.
"use strict";

for (const all of document.querySelectorAll("[data-choose]")) {
  const box = all.querySelector("input");
  const boxes = all.closest("table").querySelectorAll("tbody input[type=checkbox]");
  all.hidden = false;
  box.addEventListener("change", () => {
    for (const one of boxes) one.checked = box.checked;
  });
}
