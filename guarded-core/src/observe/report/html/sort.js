// Without this the tables stay as they came: sorted by total wait.
for (const button of document.querySelectorAll("th button")) {
  button.addEventListener("click", () => {
    const head = button.parentElement;
    const body = head.closest("table").tBodies[0];
    const column = head.cellIndex;
    // Numbers start with the largest, names with the first.
    const first = head.dataset.kind === "text" ? "ascending" : "descending";
    const other = first === "ascending" ? "descending" : "ascending";
    const order = head.getAttribute("aria-sort") === first ? other : first;
    for (const cell of head.parentElement.cells) cell.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", order);
    const sign = order === "ascending" ? 1 : -1;
    const key = (row) => row.cells[column].dataset.v ?? row.cells[column].textContent;
    const compare = head.dataset.kind === "text"
      ? (a, b) => key(a).localeCompare(key(b))
      : (a, b) => Number(key(a)) - Number(key(b));
    body.append(...[...body.rows].sort((a, b) => sign * compare(a, b)));
  });
}
