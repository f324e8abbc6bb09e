// Small comforts; every page works without them.
"use strict";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-once]")) return;
  if (form.classList.contains("sending")) {
    event.preventDefault();
    return;
  }
  form.classList.add("sending");
  for (const button of form.querySelectorAll("button[type=submit]")) button.setAttribute("aria-disabled", "true");
});

// A page taken from the browser's history must not keep its forms closed.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form.sending")) {
    form.classList.remove("sending");
    for (const button of form.querySelectorAll("button[type=submit]")) button.removeAttribute("aria-disabled");
  }
});

// A form whose answer is a file leaves the page as it was. The answer carries back, in a cookie, the word that
// was sent with it; once it is here the page is read anew and shows what was done.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-then-reload]")) return;
  const word = Math.random().toString(36).slice(2, 14);
  let sent = form.querySelector("input[name=handed]");
  if (!sent) {
    sent = document.createElement("input");
    sent.type = "hidden";
    sent.name = "handed";
    form.append(sent);
  }
  sent.value = word;
  let left = 120;
  const timer = setInterval(() => {
    left -= 1;
    const come = document.cookie.split("; ").includes(`handed=${word}`);
    if (come || left === 0) clearInterval(timer);
    if (come) window.location.reload();
  }, 500);
});

document.addEventListener("change", (event) => {
  if (event.target.matches("input[type=file]")) {
    const name = event.target.parentElement.querySelector("[data-file-name]");
    const names = Array.from(event.target.files, (file) => file.name);
    const more = names.length > 4 ? ` … (${names.length})` : "";
    if (name && names.length) name.textContent = names.slice(0, 4).join(", ") + more;
  }
  if (event.target.matches("select[data-submit]")) event.target.form.requestSubmit();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// On a small screen the page comes before the menu: its groups are folded.
document.addEventListener("DOMContentLoaded", () => {
  if (!window.matchMedia("(max-width: 60rem)").matches) return;
  for (const group of document.querySelectorAll(".side details[open]")) group.open = false;
});

// Whoever follows a link to a person finds that person's reasons unfolded.
function unfoldTarget() {
  const target = window.location.hash && document.getElementById(window.location.hash.slice(1));
  const first = target && target.querySelector("details");
  if (first) first.open = true;
}
window.addEventListener("hashchange", unfoldTarget);
document.addEventListener("DOMContentLoaded", unfoldTarget);

// Errors of a form, and what htmx brought in, are read out and reached first.
document.addEventListener("DOMContentLoaded", () => {
  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();
});

// Refusals and failures carry a page part that explains itself: show it instead of nothing.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status >= 400 && event.detail.xhr.getResponseHeader("X-Part") === "yes") {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
