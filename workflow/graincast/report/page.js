"use strict";
// What the page does: light and dark, charts, models that can be hidden, tables that can be sorted.

const THEME = "graincast-theme";
const PANEL = 40; // pixels that a panel of a chart needs beside its own width
const AXIS = 64; // pixels that its axis and its last label need
const NARROW = 500; // pixels that are too few for a legend of one line
const SIGN = 30; // pixels that the sign of a name in a legend needs, and its distance to the next
const LETTER = 7; // pixels that a letter of the name does
const root = document.documentElement;

// A page opened from disk may have no storage, and then forgets the choice.
function remembered() {
  try {
    return localStorage.getItem(THEME);
  } catch {
    return null;
  }
}

function remember(theme) {
  try {
    localStorage.setItem(THEME, theme);
  } catch {
    // it holds as long as the page is open
  }
}

function offerThemes() {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const button = document.getElementById("theme");
  const chosen = remembered();
  if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const show = () => button.setAttribute("aria-pressed", String(isDark()));
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    remember(root.dataset.theme);
    show();
  });
  system.addEventListener("change", show);
  show();
}

// Letters of the longest name in a legend.
function longestName(part) {
  if (Array.isArray(part?.domain)) return Math.max(...part.domain.map((name) => String(name).length));
  return part && typeof part === "object" ? Math.max(0, ...Object.values(part).map(longestName)) : 0;
}

// No panel is wider than the page, and as many are beside each other as there is room for.
function fit(specification, width) {
  for (const sized of [specification, specification.spec ?? {}]) {
    if (typeof sized.width === "number") sized.width = Math.min(sized.width, width - AXIS);
  }
  const room = Math.max(1, Math.floor(width / (PANEL + (specification.spec?.width ?? 0))));
  if (specification.columns) specification.columns = Math.min(specification.columns, room);
  if (width < NARROW) {
    const { datasets, ...drawn } = specification;
    const names = Math.floor((width - AXIS) / (SIGN + LETTER * longestName(drawn)));
    specification.config.legend.columns = Math.min(Math.max(names, 1), 2);
    specification.config.legend.layout = { top: { direction: "vertical", anchor: "start", margin: 4 } };
  }
}

// Draws the charts and gives their views.
async function drawCharts() {
  const drawn = [...document.querySelectorAll(".chart")].map((place) => {
    const specification = JSON.parse(place.closest("figure").querySelector(".specification").textContent);
    fit(specification, place.closest(".wide").clientWidth);
    return vegaEmbed(place, specification, { actions: false, renderer: "svg" });
  });
  return (await Promise.all(drawn)).map((result) => result.view);
}

function offerModels(views) {
  const boxes = [...document.querySelectorAll("#models input")];
  const withModels = views.filter((view) => "hidden" in view.getState().signals);
  const show = () => {
    const hidden = boxes.filter((box) => !box.checked).map((box) => box.value);
    for (const view of withModels) view.signal("hidden", hidden).runAsync();
  };
  for (const box of boxes) box.addEventListener("change", show);
}

// Numbers before words, what is missing last; words as a reader would sort them.
function compared(one, other) {
  const [first, second] = [one, other].map((cell) => Number(cell.dataset.value ?? NaN));
  if (one.dataset.value === undefined) return one.textContent.localeCompare(other.textContent, "en");
  return first === second ? 0 : first - second;
}

function missing(cell) {
  return cell.dataset.value === "nan";
}

function sort(table, column, ascending) {
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => ({ row, cell: row.cells[column] }));
  const sign = ascending ? 1 : -1;
  rows.sort((one, other) => missing(one.cell) - missing(other.cell) || sign * compared(one.cell, other.cell) || 0);
  body.append(...rows.map(({ row }) => row));
}

function offerSorting(table) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const ascending = head.getAttribute("aria-sort") !== "ascending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", ascending ? "ascending" : "descending");
      sort(table, column, ascending);
    });
  });
}

document.querySelector(".controls").hidden = false;
offerThemes();
document.querySelectorAll("table.sortable").forEach(offerSorting);
document.querySelectorAll(".numbers").forEach(offerNumbers);
if (typeof vegaEmbed === "function") {
  drawCharts().then(offerModels).finally(() => (root.dataset.drawn = "true"));
} else {
  root.dataset.drawn = "true";
}
