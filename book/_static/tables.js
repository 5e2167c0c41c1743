// A table that names columns to choose by (genrelib.plots.table) can be sorted by each column, and filtered by those.
// Without this script it is a plain table.
document.addEventListener("DOMContentLoaded", () => {
  const make = (tag, given) => Object.assign(document.createElement(tag), given);
  const textOf = (row, column) => row.cells[column].textContent.trim();
  const numberOf = (text) => parseFloat(text.replace("−", "-").replaceAll("\u202f", "")); // as genrelib writes them

  function sort(table, head) {
    const number = head.classList.contains("number");
    const now = head.getAttribute("aria-sort");
    const up = now ? now === "descending" : !number; // the best number comes first
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const missing = (text) => text === "–";
    const sorted = [...table.tBodies[0].rows].sort((one, other) => {
      const [a, b] = [one, other].map((row) => textOf(row, head.cellIndex));
      if (missing(a) || missing(b)) return missing(a) - missing(b);
      return (up ? 1 : -1) * (number ? numberOf(a) - numberOf(b) : a.localeCompare(b, "en"));
    });
    table.tBodies[0].append(...sorted);
  }

  for (const table of document.querySelectorAll("table[data-choose]")) {
    const rows = [...table.tBodies[0].rows];
    const heads = [...table.tHead.rows[0].cells];
    const said = make("output", { ariaLive: "polite" });
    const selects = table.dataset.choose.split(" ").map((column) => {
      const name = heads[column].textContent;
      const select = make("select", { onchange: filter });
      select.dataset.column = column;
      const found = [...new Set(rows.map((row) => textOf(row, column)))].sort((a, b) => a.localeCompare(b, "en"));
      select.append(new Option(`any ${name}`, ""), ...found.map((text) => new Option(text)));
      select.setAttribute("aria-label", `Show only: ${name}`);
      return select;
    });
    function filter() {
      const wanted = selects.filter((select) => select.value);
      for (const row of rows) row.hidden = wanted.some(({ value, dataset }) => textOf(row, dataset.column) !== value);
      said.value = `${rows.filter((row) => !row.hidden).length} of ${rows.length} rows`;
    }
    for (const head of heads) {
      const button = make("button", { type: "button" });
      button.setAttribute("aria-label", `Sort by ${head.textContent}`);
      head.append(button);
      head.addEventListener("click", () => sort(table, head));
    }
    const bar = make("div", { className: "choose" });
    bar.append(...selects, said);
    table.parentElement.before(bar);
    filter();
  }
});
