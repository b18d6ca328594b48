"use strict";
// Makes the heads of every table of the class `sortable` buttons that sort its rows: upwards, then downwards.
// Cells that begin with a figure are compared as numbers where all of a column do; what is missing comes last.
{
  const number = /^[+-]?\d+(\.\d+)?/;
  const read = (row, column) => row.cells[column].textContent.trim().replace(/,/g, "");
  const missing = (text) => text === "" || text === "–";

  const sort = (body, column, sign) => {
    const rows = [...body.rows];
    const texts = new Map(rows.map((row) => [row, read(row, column)]));
    const numeric = [...texts.values()].every((text) => missing(text) || number.test(text));
    const compare = (one, other) =>
      numeric ? parseFloat(one) - parseFloat(other) : one.localeCompare(other, "en", { numeric: true });
    rows.sort((a, b) => {
      const [one, other] = [texts.get(a), texts.get(b)];
      if (missing(one) || missing(other)) return missing(one) - missing(other);
      return sign * compare(one, other);
    });
    body.append(...rows);
  };

  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      head.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => {
        const direction = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
        for (const other of heads) other.setAttribute("aria-sort", "none");
        head.setAttribute("aria-sort", direction);
        sort(table.tBodies[0], column, direction === "ascending" ? 1 : -1);
      });
    });
  }
}
