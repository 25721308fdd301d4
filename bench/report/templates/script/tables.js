// Tables: sorted, copied, saved, and one stop of the Tab key each, whose cells the arrow keys go through.

const key = (row, column) => {
  const cell = row.cells[column];
  return cell.dataset.sort === undefined ? cell.textContent : Number(cell.dataset.sort);
};
const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "zh"));
const sort = (table, column, direction) => {
  const body = table.tBodies[0];
  const rows = [...body.rows].filter((row) => !row.classList.contains("detail"));
  body.querySelectorAll(".detail").forEach((row) => row.remove());
  const keys = column === null ? null : new Map(rows.map((row) => [row, key(row, column)]));
  rows.sort((a, b) => (keys && direction * compare(keys.get(a), keys.get(b))) || a.place - b.place);
  body.append(...rows);
  table.classList.toggle("sorted", column !== null);
  for (const [at, head] of [...table.tHead.rows[0].cells].entries()) {
    if (at === column) head.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
    else head.removeAttribute("aria-sort");
  }
};
// How the address says that a table is sorted; null where it does not.
const keptSort = (table) => {
  const kept = (address().values.get(`sort.${table.id}`) || "").match(/^(\d+)\.(up|down)$/);
  const head = kept && table.tHead.rows[0].cells[Number(kept[1])];
  return head && "sortable" in head.dataset ? { column: Number(kept[1]), direction: kept[2] === "up" ? 1 : -1 } : null;
};
const sortable = (table) => {
  for (const [at, row] of [...table.tBodies[0].rows].entries()) row.place = at;
  for (const [column, head] of [...table.tHead.rows[0].cells].entries()) {
    if (!("sortable" in head.dataset)) continue;
    const button = make("button", { type: "button" });
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      // Numbers first from the top, words from the start of the alphabet.
      const first = head.classList.contains("number") ? -1 : 1;
      const sorted = head.getAttribute("aria-sort");
      const direction = sorted === null ? first : sorted === "ascending" ? -1 : 1;
      sort(table, column, direction);
      table.dispatchEvent(new CustomEvent("sorted"));
      remember({ [`sort.${table.id}`]: `${column}.${direction > 0 ? "up" : "down"}` });
    });
  }
  if (table.classList.contains("rows")) return;
  const restore = () => {
    const kept = keptSort(table);
    if (kept) sort(table, kept.column, kept.direction);
    else if (table.classList.contains("sorted")) sort(table, null, 1);
  };
  restorers.push(restore);
  restore();
};

// Out of the page

const cellText = (cell) => {
  const note = cell.querySelector("small");
  const text = note ? `${cell.firstChild.textContent.trim()} ${note.textContent}` : cell.textContent;
  return text.replace(/\s+/g, " ").trim();
};
// What a spreadsheet would take for a formula stands as text.
const inert = (text) => (/^[=@\t\r]/.test(text) || (/^[+-]/.test(text) && !/^[+-][\d.]/.test(text)) ? `'${text}` : text);
const written = (rows) => rows.map((row) => [...row.cells].map((cell) => inert(cellText(cell))));
const rowsOf = (table) => written([...table.rows]);
const quoted = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Pages from disk may not be let at the clipboard in this way.
    const area = make("textarea", { class: "away" });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
};
const tools = (table) => {
  const copied = make("button", { type: "button", text: say("copy") });
  const saved = make("button", { type: "button", text: say("csv") });
  const about = `: ${table.caption.textContent}`;
  for (const button of [copied, saved]) button.setAttribute("aria-label", button.textContent + about);
  const rows = () => (table.exported ?? rowsOf)(table);
  copied.addEventListener("click", async () => {
    await copy(rows().map((row) => row.join("\t")).join("\n"));
    copied.textContent = say("copied");
    setTimeout(() => { copied.textContent = say("copy"); }, 1500);
  });
  saved.addEventListener("click", () => {
    const text = `\ufeff${rows().map((row) => row.map(quoted).join(",")).join("\r\n")}\r\n`;
    const link = make("a", { download: `${table.id}.csv`, href: URL.createObjectURL(new Blob([text], { type: "text/csv" })) });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
  table.before(make("div", { class: "tools" }, copied, saved));
};

// One stop

const roving = (box, wanted) => {
  const stops = () => [...box.querySelectorAll(wanted)].filter((each) => !each.closest(".detail") && each.checkVisibility());
  const take = (each, focus = true) => {
    for (const other of box.querySelectorAll(wanted)) if (!other.closest(".detail")) other.tabIndex = -1;
    each.tabIndex = 0;
    if (focus) each.focus();
  };
  const above = (from, step) => {
    const cell = from.closest("td, th");
    const rows = cell ? [...cell.closest("table").rows].filter((row) => row.checkVisibility()) : [];
    for (let at = rows.indexOf(cell?.parentElement) + step; at >= 0 && at < rows.length; at += step) {
      const found = rows[at].cells[cell.cellIndex]?.querySelector(wanted);
      if (found) return found;
    }
    return null;
  };
  const settle = () => {
    const all = stops();
    box.querySelectorAll(wanted).forEach((each) => { if (!each.closest(".detail")) each.tabIndex = -1; });
    if (all.length) all[0].tabIndex = 0;
    return all.length > 0;
  };
  box.addEventListener("focusin", (event) => {
    const each = event.target.closest(wanted);
    if (each && !each.closest(".detail")) take(each, false);
  });
  box.addEventListener("keydown", (event) => {
    const from = event.target.closest(wanted);
    if (!from || from.closest(".detail") || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = stops();
    const at = all.indexOf(from);
    const to = {
      ArrowRight: () => all[at + 1],
      ArrowLeft: () => all[at - 1],
      ArrowDown: () => above(from, 1) ?? (from.closest("td, th") ? null : all[at + 1]),
      ArrowUp: () => above(from, -1) ?? (from.closest("td, th") ? null : all[at - 1]),
      Home: () => all[0],
      End: () => all.at(-1),
    }[event.key];
    if (!to) return;
    event.preventDefault();
    const next = to();
    if (next) take(next);
    else (from.closest(".box") ?? box).scrollBy(...({ ArrowRight: [120, 0], ArrowLeft: [-120, 0], ArrowDown: [0, 120], ArrowUp: [0, -120] }[event.key] ?? [0, 0]));
  });
  box.settle = settle;
  return settle();
};
const STOPS = "a[href], button:not(:disabled)";

// A table that fits needs no box to scroll in: its head then sticks to the window. One that goes on says so.

const edges = (held) => {
  const box = held.querySelector(":scope > .box");
  held.classList.toggle("cut", box.scrollLeft + box.clientWidth < box.scrollWidth - 2);
  held.classList.toggle("cut-below", box.scrollTop + box.clientHeight < box.scrollHeight - 2);
};
const fitting = new ResizeObserver((entries) => {
  const found = entries.map(({ target }) => [target, target.querySelector("table").offsetWidth <= target.clientWidth]);
  for (const [box, fits] of found) {
    const tall = box.classList.contains("tall");
    box.classList.toggle("fits", fits && !tall);
    // Focus on something within scrolls the box as well; of small tables beside each other just one has the stop.
    if ((fits && !tall) || !box.closest(".tables.small")) box.removeAttribute("tabindex");
    else box.tabIndex = 0;
    edges(box.parentElement);
  }
});
