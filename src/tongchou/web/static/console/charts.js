// What all charts share: colours of the page, text, tooltips, axes, and drawing anew when the page changes.
// A chart takes its numbers and its words from a table of the page; without scripts the table says it all.
"use strict";

window.charts = (() => {
  // The look of the page as it is now: light or dark, with the letters as large as the reader has set them.
  function look(place) {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(`--${name}`).trim();
    const rem = parseFloat(style.fontSize);
    const text = { color: colour("ink-soft"), fontFamily: getComputedStyle(place).fontFamily, fontSize: 0.8125 * rem };
    return {
      colour,
      rem,
      text,
      grid: { left: 0.25 * rem, right: 1.5 * rem, top: 2.25 * rem, bottom: 0.25 * rem, containLabel: true },
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
        backgroundColor: colour("paper"),
        borderColor: colour("line-strong"),
        textStyle: { ...text, color: colour("ink") },
      },
      split: { lineStyle: { color: colour("line") } },
      axis: { lineStyle: { color: colour("line-strong") } },
    };
  }

  const written = (value) => value.toLocaleString("en-US");

  // Draws into a place what `option(look)` says, as SVG, and again when its size or the scheme changes.
  function show(place, option) {
    place.hidden = false;
    const chart = window.echarts.init(place, null, { renderer: "svg" });
    const draw = () => {
      const seen = look(place);
      chart.setOption({ animation: false, textStyle: seen.text, ...option(seen) }, { notMerge: true });
    };
    draw();
    // Paper has another width and nothing is drawn anew for it: the drawing is shrunk to fit.
    const fit = () => {
      for (const svg of place.querySelectorAll("svg")) {
        svg.setAttribute("viewBox", `0 0 ${svg.getAttribute("width")} ${svg.getAttribute("height")}`);
      }
    };
    const loosen = () => place.querySelectorAll("svg").forEach((svg) => svg.removeAttribute("viewBox"));
    window.addEventListener("beforeprint", fit);
    window.addEventListener("afterprint", loosen);
    new ResizeObserver(() => {
      chart.resize();
      if (place.querySelector("svg[viewBox]")) fit();
    }).observe(place);
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
    return draw;
  }

  // A round step of which three hold the longest bar, the same on both sides.
  function step(longest) {
    const wanted = Math.max(1, longest / 3);
    const size = 10 ** Math.floor(Math.log10(wanted));
    return [1, 2, 2.5, 5, 10].map((times) => times * size).find((one) => one >= wanted && Number.isInteger(one));
  }

  // Men to the left, women to the right; `beside` are the outlines of another pyramid.
  function pyramid(seen, { ages, names, men, women, beside, longest }) {
    const every = step(longest ?? Math.max(...men, ...women));
    const bars = (name, values, style, more) => ({
      name,
      type: "bar",
      stack: more ? "beside" : "people",
      barCategoryGap: "14%",
      barGap: "-100%",
      itemStyle: style,
      emphasis: { disabled: true },
      data: values,
      ...more,
    });
    const outline = { color: "transparent", borderColor: seen.colour("ink"), borderWidth: 1.5 };
    const series = [
      bars(names[0], men.map((one) => -one), { color: seen.colour("male") }),
      bars(names[1], women, { color: seen.colour("female") }),
    ];
    if (beside) {
      series.push(bars(names[2], beside.men.map((one) => -one), outline, { z: 3 }));
      series.push(bars(names[3], beside.women, outline, { z: 3 }));
    }
    return {
      grid: { ...seen.grid, right: seen.rem },
      legend: { ...seen.legend, data: [names[0], names[1]] },
      tooltip: {
        ...seen.tooltip,
        axisPointer: { type: "shadow" },
        formatter: (shown) =>
          [shown[0].axisValue, ...shown.map((one) => `${one.seriesName} ${written(Math.abs(one.value))}`)].join("\n"),
      },
      xAxis: {
        type: "value",
        min: -3 * every,
        max: 3 * every,
        interval: every,
        axisLabel: { ...seen.text, formatter: (value) => written(Math.abs(value)) },
        splitLine: seen.split,
      },
      yAxis: {
        type: "category",
        data: ages,
        axisTick: { show: false },
        axisLine: { onZero: false, ...seen.axis },
        axisLabel: { ...seen.text, interval: 0 },
      },
      series,
    };
  }

  return { show, written, pyramid };
})();
