// Keeps the page current, and lets its tables be sorted and filtered. Without it everything can be read all the same.
"use strict";
(() => {
  const EVERY = 2000;
  const LIVE = ["condition", "taken", "requests-sum", "list-sum"];
  const orders = new Map();
  const filters = new Map();
  let following = true;
  let failed = 0;

  const value = (row, column) => {
    const cell = row.cells[column];
    if (!cell) return "";
    return cell.dataset.sort === undefined ? cell.textContent : Number(cell.dataset.sort);
  };

  const compare = (a, b) =>
    typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), undefined, { numeric: true });

  function arrange(table) {
    const body = table.tBodies[0];
    const rows = [...body.rows];
    const order = orders.get(table.id);
    if (order) {
      rows.sort((a, b) => order.sign * compare(value(a, order.column), value(b, order.column)));
      body.append(...rows);
    }
    const words = (filters.get(table.id) || "").toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      if (row.classList.contains("none")) continue;
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) shown++;
    }
    const count = document.getElementById(table.id + "-count");
    const told = words.length ? `${shown} of ${rows.length} rows` : "";
    if (count && count.textContent !== told) count.textContent = told;
  }

  function sortable(table) {
    [...table.tHead.rows[0].cells].forEach((header, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = header.textContent;
      button.addEventListener("click", () => {
        const known = orders.get(table.id);
        const sign = known && known.column === column ? -known.sign : 1;
        orders.set(table.id, { column, sign });
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        header.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
        arrange(table);
      });
      header.replaceChildren(button);
    });
  }

  function filterable(table) {
    const tools = document.createElement("div");
    tools.className = "tools";
    const label = document.createElement("label");
    const name = document.getElementById(table.getAttribute("aria-labelledby")).textContent;
    label.textContent = `Filter “${name}” `;
    const input = document.createElement("input");
    input.type = "search";
    input.addEventListener("input", () => {
      filters.set(table.id, input.value);
      arrange(table);
    });
    label.append(input);
    const count = document.createElement("span");
    count.id = table.id + "-count";
    count.setAttribute("role", "status");
    tools.append(label, count);
    table.parentElement.before(tools);
  }

  function replace(id, fresh) {
    const old = document.getElementById(id);
    const next = fresh.getElementById(id);
    if (!old || !next) return false;
    if (old.innerHTML !== next.innerHTML) old.replaceChildren(...next.childNodes);
    return true;
  }

  // Sorting moves rows: what came last tells whether there is anything new.
  const last = new Map();
  function replaceRows(table, fresh) {
    const next = fresh.getElementById(table.id + "-rows");
    if (!next || last.get(table.id) === next.innerHTML) return;
    last.set(table.id, next.innerHTML);
    const focused = table.tBodies[0].contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    table.tBodies[0].replaceChildren(...next.childNodes);
    arrange(table);
    if (focused) {
      const same = [...table.tBodies[0].querySelectorAll("a")].find((link) => link.getAttribute("href") === focused);
      if (same) same.focus();
    }
  }

  async function update() {
    if (!following || document.hidden) return;
    try {
      const answer = await fetch("/", { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(10000) });
      if (!answer.ok) throw new Error(String(answer.status));
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (Boolean(document.getElementById("requests")) !== Boolean(fresh.getElementById("requests"))) {
        location.reload();
        return;
      }
      LIVE.forEach((id) => replace(id, fresh));
      document.querySelectorAll("main table").forEach((table) => replaceRows(table, fresh));
      failed = 0;
      lost.hidden = true;
    } catch (problem) {
      failed++;
      if (failed >= 3) lost.hidden = false;
    }
  }

  const lost = document.createElement("p");
  lost.className = "bad";
  lost.setAttribute("role", "status");
  lost.textContent = "There is no answer: what is shown may be old.";
  lost.hidden = true;

  const follow = document.createElement("label");
  const box = document.createElement("input");
  box.type = "checkbox";
  box.checked = true;
  box.id = "follow";
  box.addEventListener("change", () => {
    following = box.checked;
    update();
  });
  follow.append(box, " keep up to date");
  document.querySelector("header").append(follow, lost);

  document.querySelectorAll("main table").forEach((table) => {
    sortable(table);
    if (table.id !== "states") filterable(table);
  });
  document.addEventListener("visibilitychange", update);
  (async function loop() {
    await new Promise((resolve) => setTimeout(resolve, EVERY));
    await update();
    loop();
  })();
})();
