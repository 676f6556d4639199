"use strict";
// The numbers of a chart as tables, made from what it draws when a reader asks for them.

const FIGURES = 6; // of a number, more than anybody compares
const ABSENT = "\u2013";

function headOf(columns, first) {
  const head = document.createElement("thead").insertRow();
  for (const column of columns) {
    const cell = document.createElement("th");
    cell.scope = "col";
    if (typeof first[column] === "string") cell.className = "text";
    cell.textContent = column;
    head.append(cell);
  }
  return head.parentElement;
}

function show(cell, value) {
  if (typeof value === "string") {
    cell.className = "text";
    cell.textContent = value;
  } else {
    cell.dataset.value = value ?? "nan";
    cell.textContent = value === null || value === undefined ? ABSENT : String(Number(Number(value).toPrecision(FIGURES)));
  }
}

function tableOf(rows) {
  const columns = [...new Set(rows.flatMap(Object.keys))];
  const table = document.createElement("table");
  const body = table.createTBody();
  table.prepend(headOf(columns, rows[0]));
  for (const row of rows) {
    const line = body.insertRow();
    for (const column of columns) show(line.insertCell(), row[column]);
  }
  table.className = "sortable";
  offerSorting(table);
  return table;
}

function offerNumbers(folded) {
  const title = folded.querySelector("summary").textContent;
  const specification = folded.closest("figure").querySelector(".specification");
  folded.hidden = false;
  folded.addEventListener("toggle", () => {
    if (!folded.open || folded.querySelector("table")) return;
    const tables = Object.values(JSON.parse(specification.textContent).datasets);
    tables.forEach((rows, place) => {
      const room = document.createElement("div");
      room.className = "wide rows";
      room.tabIndex = 0;
      room.role = "region";
      room.ariaLabel = tables.length > 1 ? `${title}, table ${place + 1}` : title;
      room.append(tableOf(rows));
      folded.append(room);
    });
  });
}
