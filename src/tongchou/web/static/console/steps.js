// Draws how an amount changed over the years from the table above it; without this script the table says it all.
"use strict";

(() => {
  if (!window.echarts) return;

  function option(place, points) {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(`--${name}`).trim();
    const rem = parseFloat(style.fontSize);
    const text = { color: colour("ink-soft"), fontFamily: getComputedStyle(place).fontFamily, fontSize: 0.8125 * rem };
    const written = (value) => value.toLocaleString("en-US");
    return {
      animation: false,
      textStyle: text,
      grid: { left: 0.25 * rem, right: 1.5 * rem, top: 1.5 * rem, bottom: 0.25 * rem, containLabel: true },
      tooltip: {
        trigger: "axis",
        renderMode: "richText",
        confine: true,
        backgroundColor: colour("paper"),
        borderColor: colour("line-strong"),
        textStyle: { ...text, color: colour("ink") },
        formatter: ([one]) => `${one.value[0]}\n${written(one.value[1])} ${place.dataset.unit}`,
      },
      xAxis: {
        type: "time",
        minInterval: 365 * 24 * 3600 * 1000,
        axisLabel: { ...text, formatter: "{yyyy}" },
        axisLine: { lineStyle: { color: colour("line-strong") } },
      },
      yAxis: {
        type: "value",
        min: 0,
        axisLabel: { ...text, formatter: written },
        splitLine: { lineStyle: { color: colour("line") } },
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
    // The last value goes on until today, or begins later.
    const last = points[points.length - 1];
    points.push([place.dataset.to > last[0] ? place.dataset.to : last[0], last[1]]);
    place.hidden = false;
    const chart = window.echarts.init(place, null, { renderer: "svg" });
    const draw = () => chart.setOption(option(place, points), { notMerge: true });
    draw();
    new ResizeObserver(() => chart.resize()).observe(place);
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  }
})();
