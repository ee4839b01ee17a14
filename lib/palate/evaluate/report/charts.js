"use strict";

// Draws every figure of the page in the colours of the theme, and again when the theme changes.
const themed = (value) => {
  if (typeof value === "string") return value.replace(/^var\(--([\w-]+)\)$/, (_, name) => colour(name));
  if (Array.isArray(value)) return value.map(themed);
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, themed(inner)]));
  }
  return value;
};

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

const axis = (own) => ({
  automargin: true,
  gridcolor: colour("line"),
  linecolor: colour("line"),
  zerolinecolor: colour("line"),
  ...own,
});

const layout = (own) => ({
  ...own,
  template: undefined,
  autosize: true,
  margin: { l: 10, r: 20, t: 10, b: 10 },
  paper_bgcolor: "transparent",
  plot_bgcolor: "transparent",
  font: { family: "system-ui, sans-serif", size: 13, color: colour("ink") },
  hoverlabel: { bgcolor: colour("raised"), bordercolor: colour("line"), font: { color: colour("ink") } },
  legend: { orientation: "h", y: 1.03, yanchor: "bottom", x: 0 },
  hovermode: "closest",
  xaxis: axis(own.xaxis),
  yaxis: axis(own.yaxis),
});

const draw = () => {
  for (const source of document.querySelectorAll("[data-figure]")) {
    const figure = themed(JSON.parse(source.textContent));
    const options = { displayModeBar: false, responsive: true };
    Plotly.react(source.dataset.figure, figure.data, layout(figure.layout), options);
  }
};

draw();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
