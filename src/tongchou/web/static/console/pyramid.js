// Draws the population pyramid from the table beside it; without this script the table says it all.
"use strict";

(() => {
  const table = document.getElementById("ages");
  const place = document.getElementById("pyramid");
  if (!table || !place || !window.echarts) return;

  const rows = Array.from(table.querySelectorAll("tr[data-age]"), (row) => row.dataset);
  const [, ...names] = Array.from(table.querySelectorAll("thead th"), (cell) => cell.textContent);
  window.charts.show(place, (seen) =>
    window.charts.pyramid(seen, {
      ages: rows.map((row) => row.age),
      names,
      men: rows.map((row) => Number(row.men)),
      women: rows.map((row) => Number(row.women)),
    }),
  );
})();
