// Draws the pyramid of a year from the table of all years, and plays them one after the other when asked to.
"use strict";

(() => {
  const place = document.getElementById("years-pyramid");
  const years = document.getElementById("years");
  const now = document.getElementById("now");
  if (!place || !years || !now || !window.echarts) return;

  const number = (text) => Number(text.replace(/,/g, ""));
  const rows = Array.from(years.querySelectorAll("tbody tr"), (row) => ({
    age: row.querySelector("th").textContent,
    numbers: Array.from(row.querySelectorAll("td"), (cell) => number(cell.textContent)),
  }));
  const moments = Array.from(years.querySelectorAll("thead th[data-key]"), (cell) => ({
    key: cell.dataset.key,
    label: cell.textContent,
  }));
  const names = Array.from(now.querySelectorAll("thead th"), (cell) => cell.textContent).slice(1);
  const shown = Array.from(now.querySelectorAll("tbody tr[data-age]"), (row) => row.dataset);
  const beside = shown.length && shown[0].otherMen !== undefined && {
    men: shown.map((row) => Number(row.otherMen)),
    women: shown.map((row) => Number(row.otherWomen)),
  };
  // One scale for all years: else the picture would grow and shrink with its axis.
  const longest = Math.max(...rows.flatMap((row) => row.numbers), ...(beside ? [...beside.men, ...beside.women] : []));
  let at = Math.max(0, moments.findIndex((one) => one.key === years.dataset.now));

  const draw = window.charts.show(place, (seen) =>
    window.charts.pyramid(seen, {
      ages: rows.map((row) => row.age),
      names,
      men: rows.map((row) => row.numbers[2 * at]),
      women: rows.map((row) => row.numbers[2 * at + 1]),
      beside,
      longest,
    }),
  );

  const bar = document.getElementById("play");
  if (moments.length < 2 || !bar) return;
  const slider = bar.querySelector("input");
  const button = bar.querySelector("[data-play]");
  const output = bar.querySelector("output");
  let timer = 0;

  function go(to) {
    at = to;
    slider.value = String(at);
    slider.setAttribute("aria-valuetext", moments[at].label);
    output.textContent = moments[at].label;
    draw();
  }

  function play(on) {
    clearInterval(timer);
    timer = on ? setInterval(() => (at + 1 < moments.length ? go(at + 1) : play(false)), pace()) : 0;
    button.setAttribute("aria-pressed", String(on));
    for (const words of button.querySelectorAll("[data-words]")) words.hidden = (words.dataset.words === "pause") !== on;
  }

  // Whoever wants less motion gets one picture every two and a half seconds; nobody gets any without asking.
  const pace = () => (window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 2500 : 900);

  button.addEventListener("click", () => {
    if (timer) return play(false);
    if (at + 1 >= moments.length) go(0);
    return play(true);
  });
  slider.addEventListener("input", () => {
    play(false);
    go(Number(slider.value));
  });
  bar.hidden = false;
  go(at);
})();
