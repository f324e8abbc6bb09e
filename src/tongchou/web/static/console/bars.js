// Draws bars from the table of units above them; without this script the table says it all.
"use strict";

(() => {
  const table = document.getElementById("units");
  if (!table || !window.echarts) return;

  const rows = Array.from(table.querySelectorAll("tr[data-unit]"), (row) => row.dataset);
  const { written } = window.charts;

  // A figure of few families stays closed in the table: its unit has no bar, and what is left of the other
  // figure would tell it too.
  const closed = (row, place) => row[place.dataset.part] === "" || row[place.dataset.whole] === "";

  // The units keep the order of the table: first one at the top.
  function option(place, seen) {
    const { colour, rem, text } = seen;
    const part = rows.map((row) => (closed(row, place) ? 0 : Number(row[place.dataset.part])));
    const rest = rows.map((row, index) => (closed(row, place) ? 0 : Number(row[place.dataset.whole]) - part[index]));
    const said = (one) => (closed(rows[one.dataIndex], place) ? "*" : written(one.value || 0));
    const bars = (name, values, shade, edge) => ({
      name,
      type: "bar",
      stack: "whole",
      barMaxWidth: 1.25 * rem,
      itemStyle: { color: shade, borderColor: edge, borderWidth: 1 },
      emphasis: { disabled: true },
      data: values.map((value) => value || null),
    });
    return {
      grid: seen.grid,
      legend: seen.legend,
      tooltip: {
        ...seen.tooltip,
        axisPointer: { type: "shadow" },
        formatter: (shown) =>
          [shown[0].axisValue, ...shown.map((one) => `${one.seriesName} ${said(one)}`)].join("\n"),
      },
      xAxis: {
        type: "value",
        minInterval: 1,
        axisLabel: { ...text, formatter: written },
        splitLine: seen.split,
      },
      yAxis: {
        type: "category",
        inverse: true,
        data: rows.map((row) => (closed(row, place) ? `${row.unit} *` : row.unit)),
        axisTick: { show: false },
        axisLine: seen.axis,
        // 威宁彝族回族苗族自治县 and names like it are read whole, on two lines.
        axisLabel: { ...text, interval: 0, width: 9 * rem, overflow: "break", lineHeight: 1 * rem },
      },
      series: [
        bars(place.dataset.done, part, colour("brand"), colour("brand")),
        bars(place.dataset.rest, rest, colour("brand-tint"), colour("brand")),
      ],
    };
  }

  for (const place of document.querySelectorAll(".bars")) {
    if (!rows.some((row) => !closed(row, place) && Number(row[place.dataset.whole]) > 0)) continue;
    place.closest("section").hidden = false;
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    place.style.height = `${(rows.length * 1.9 + 5) * rem}px`;
    window.charts.show(place, (seen) => option(place, seen));
  }
})();
