// Draws lines over time from the tables below them: value, interval as a band, provisional periods dashed.
"use strict";

(() => {
  if (!window.echarts) return;
  const SHADES = ["a", "b", "c", "d", "e", "f"];
  const SYMBOLS = ["circle", "rect", "triangle", "diamond", "roundRect", "pin"];

  function read(table) {
    const heads = Array.from(table.querySelectorAll("thead th[data-area]"), (cell) => cell.dataset.area);
    const rows = Array.from(table.querySelectorAll("tbody tr[data-period]"));
    const part = (cell, name) => (cell.dataset[name] === "" ? null : Number(cell.dataset[name]));
    return {
      periods: rows.map((row) => row.dataset.period),
      sure: rows.filter((row) => row.dataset.provisional === undefined).length,
      lines: heads.map((name, column) => ({
        name,
        points: rows.map((row) => {
          const cell = row.querySelectorAll("td[data-value]")[column];
          return { value: part(cell, "value"), low: part(cell, "low"), high: part(cell, "high"), shown: cell.textContent.trim() };
        }),
      })),
    };
  }

  function option(seen, found, place) {
    const band = found.lines.length < 4;
    const series = found.lines.flatMap((line, index) => {
      const colour = seen.colour(`series-${SHADES[index]}`);
      const point = { type: "line", symbol: SYMBOLS[index], symbolSize: 0.4 * seen.rem, connectNulls: false, emphasis: { disabled: true } };
      const dotted = (from, to) => line.points.map((one, at) => (at >= from && at < to ? one.value : null));
      const drawn = [
        { ...point, name: line.name, itemStyle: { color: colour }, lineStyle: { color: colour, width: 2 }, data: dotted(0, found.sure) },
      ];
      if (found.sure < found.periods.length) {
        drawn.push({
          ...point,
          name: line.name,
          itemStyle: { color: seen.colour("paper"), borderColor: colour, borderWidth: 2 },
          lineStyle: { color: colour, width: 2, type: "dashed" },
          data: dotted(Math.max(0, found.sure - 1), found.periods.length),
          z: 1,
        });
      }
      if (band && line.points.some((one) => one.low !== null && one.low !== one.high)) {
        const edge = { type: "line", stack: `band-${index}`, symbol: "none", silent: true, lineStyle: { opacity: 0 }, emphasis: { disabled: true }, tooltip: { show: false } };
        drawn.push({ ...edge, data: line.points.map((one) => one.low) });
        drawn.push({
          ...edge,
          data: line.points.map((one) => (one.low === null ? null : one.high - one.low)),
          areaStyle: { color: colour, opacity: 0.16 },
        });
      }
      return drawn;
    });
    return {
      grid: { ...seen.grid, top: (found.lines.length > 3 ? 4 : 2.5) * seen.rem },
      legend: { ...seen.legend, data: found.lines.map((line) => line.name), show: found.lines.length > 1 },
      tooltip: {
        ...seen.tooltip,
        formatter: (shown) => {
          const at = shown[0].dataIndex;
          const mark = at >= found.sure ? ` (${place.dataset.provisional})` : "";
          return [shown[0].axisValue + mark, ...found.lines.map((line) => `${line.name} ${line.points[at].shown}`)].join("\n");
        },
      },
      xAxis: { type: "category", data: found.periods, boundaryGap: false, axisLine: seen.axis, axisLabel: { ...seen.text, hideOverlap: true } },
      yAxis: { type: "value", scale: place.dataset.zero === undefined, axisLabel: { ...seen.text, formatter: window.charts.written }, splitLine: seen.split },
      series,
    };
  }

  for (const place of document.querySelectorAll(".drawing.lines")) {
    const table = document.getElementById(place.dataset.table);
    const found = table && read(table);
    if (!found || !found.lines.some((line) => line.points.some((one) => one.value !== null))) continue;
    window.charts.show(place, (seen) => option(seen, found, place));
  }
})();
