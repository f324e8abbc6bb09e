// Draws the population pyramid from the table beside it; without this script the table says it all.
"use strict";

(() => {
  const table = document.getElementById("ages");
  const place = document.getElementById("pyramid");
  if (!table || !place || !window.echarts) return;

  const rows = Array.from(table.querySelectorAll("tr[data-age]"), (row) => ({
    age: row.dataset.age,
    male: Number(row.dataset.men),
    female: Number(row.dataset.women),
  }));
  const [, male, female] = Array.from(table.querySelectorAll("thead th"), (cell) => cell.textContent);
  const written = (value) => Math.abs(value).toLocaleString("en-US");

  // A round step so that three of them hold the longest bar, the same on both sides.
  function step(longest) {
    const wanted = Math.max(1, longest / 3);
    const size = 10 ** Math.floor(Math.log10(wanted));
    return [1, 2, 2.5, 5, 10].map((times) => times * size).find((one) => one >= wanted && Number.isInteger(one));
  }

  function option() {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(`--${name}`).trim();
    const rem = parseFloat(style.fontSize);
    const text = { color: colour("ink-soft"), fontFamily: getComputedStyle(place).fontFamily, fontSize: 0.8125 * rem };
    const every = step(Math.max(...rows.flatMap((row) => [row.male, row.female])));
    const bars = (name, values, shade) => ({
      name,
      type: "bar",
      stack: "people",
      barCategoryGap: "14%",
      itemStyle: { color: shade },
      emphasis: { disabled: true },
      data: values,
    });
    return {
      animation: false,
      textStyle: text,
      grid: { left: 0.25 * rem, right: rem, top: 2.25 * rem, bottom: 0.25 * rem, containLabel: true },
      legend: {
        top: 0,
        selectedMode: false,
        itemGap: 2 * rem,
        itemWidth: 0.9 * rem,
        itemHeight: 0.9 * rem,
        textStyle: { ...text, color: colour("ink"), fontSize: 0.9375 * rem },
      },
      tooltip: {
        trigger: "axis",
        renderMode: "richText",
        confine: true,
        axisPointer: { type: "shadow" },
        backgroundColor: colour("paper"),
        borderColor: colour("line-strong"),
        textStyle: { ...text, color: colour("ink") },
        formatter: (shown) =>
          [shown[0].axisValue, ...shown.map((one) => `${one.seriesName} ${written(one.value)}`)].join("\n"),
      },
      xAxis: {
        type: "value",
        min: -3 * every,
        max: 3 * every,
        interval: every,
        axisLabel: { ...text, formatter: written },
        splitLine: { lineStyle: { color: colour("line") } },
      },
      yAxis: {
        type: "category",
        data: rows.map((row) => row.age),
        axisTick: { show: false },
        axisLine: { onZero: false, lineStyle: { color: colour("line-strong") } },
        axisLabel: { ...text, interval: 0 },
      },
      series: [
        bars(male, rows.map((row) => -row.male), colour("male")),
        bars(female, rows.map((row) => row.female), colour("female")),
      ],
    };
  }

  place.hidden = false;
  const chart = window.echarts.init(place, null, { renderer: "svg" });
  const draw = () => chart.setOption(option(), { notMerge: true });
  draw();
  new ResizeObserver(() => chart.resize()).observe(place);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
})();
