// Draws how an amount changed over the years from the table above it; without this script the table says it all.
"use strict";

(() => {
  if (!window.echarts) return;

  function option(place, points, seen) {
    const { colour, rem, text } = seen;
    const { written } = window.charts;
    return {
      grid: { ...seen.grid, top: 1.5 * rem },
      tooltip: {
        ...seen.tooltip,
        formatter: ([one]) => `${one.value[0]}\n${written(one.value[1])} ${place.dataset.unit}`,
      },
      xAxis: {
        type: "time",
        minInterval: 365 * 24 * 3600 * 1000,
        axisLabel: { ...text, formatter: "{yyyy}" },
        axisLine: seen.axis,
      },
      yAxis: {
        type: "value",
        min: 0,
        axisLabel: { ...text, formatter: written },
        splitLine: seen.split,
      },
      series: [
        {
          type: "line",
          step: "end",
          symbol: "circle",
          symbolSize: 0.5 * rem,
          lineStyle: { color: colour("brand"), width: 2 },
          itemStyle: { color: colour("brand") },
          areaStyle: { color: colour("brand-tint"), opacity: 0.5 },
          emphasis: { disabled: true },
          label: {
            show: true,
            position: "top",
            align: "left",
            color: colour("ink"),
            formatter: (one) => (one.dataIndex === points.length - 1 ? "" : written(one.value[1])),
          },
          data: points,
        },
      ],
    };
  }

  for (const place of document.querySelectorAll(".step-chart")) {
    const rows = Array.from(place.parentElement.querySelectorAll("tr[data-from]"), (row) => row.dataset);
    const points = rows.map((row) => [row.from, Number(row.value)]);
    // The last value goes on until today; one that has begun just now, or begins later, is drawn a year long.
    const last = points[points.length - 1];
    const year = `${Number(last[0].slice(0, 4)) + 1}${last[0].slice(4)}`;
    points.push([place.dataset.to > year ? place.dataset.to : year, last[1]]);
    window.charts.show(place, (seen) => option(place, points, seen));
  }
})();
