// The rows: filtered by what was chosen, in pages, each opened on demand.

const PAGE = 50;
const FIELDS = ["table", "label", "predicted", "system", "outcome", "group", "text"];

const browse = (section) => {
  const prefix = section.dataset.key;
  const read = (what) => JSON.parse(document.getElementById(`${prefix}-${what}`).textContent);
  const values = read("said");
  let opened = null; // what only an opened row needs is read when the first one is
  const context = () => (opened ??= read("context"));
  const table = section.querySelector("table.rows");
  const held = table.closest(".held");
  const form = section.querySelector("form.filters");
  const pages = section.querySelector(".pages");
  const count = section.querySelector(".count");
  const rows = [...table.tBodies[0].rows];
  const byPlace = new Map(rows.map((row) => [Number(row.dataset.at), row]));
  const byId = new Map(rows.map((row) => [row.dataset.id, row]));
  const text = (row) => row.querySelector(".text").textContent.toLowerCase();
  const heads = [...table.tHead.rows[0].cells];
  const WORST = { column: heads.findIndex((head) => head.classList.contains("wrong-head")), direction: -1 };
  let page = 0;
  let onPage = [];

  const option = (value, text) => make("option", { value, text });
  form.elements.table.replaceChildren(...values.tables.map((each, at) => option(at || "", each.name)));
  form.elements.table.parentElement.hidden = values.tables.length < 2;
  form.elements.order.replaceChildren(...heads.flatMap((head, column) => {
    if (!("sortable" in head.dataset)) return [];
    const name = head.textContent;
    if (column === WORST.column) return [option(`${column}.down`, `${name} ↓`), option(`${column}.up`, `${name} ↑`)];
    return [option(`${column}.up`, `${name} ↑`), option(`${column}.down`, `${name} ↓`)];
  }));
  const chosen = () => values.tables[Number(form.elements.table.value)];
  const fillSystems = () => {
    const before = form.elements.system.value;
    const systems = chosen().systems.map((each) => option(each.name, each.control ? `${each.name} *` : each.name));
    form.elements.system.replaceChildren(option("", say("all_systems")), ...systems);
    form.elements.system.value = chosen().systems.some((each) => each.name === before) ? before : "";
  };

  // Of what a system said of a row, pairs of label and times: how often it was right, and of how often.
  const tally = (said, label) => {
    let right = 0;
    let total = 0;
    for (let at = 0; at < said.length; at += 2) {
      total += said[at + 1];
      if (said[at] === label) right += said[at + 1];
    }
    return { right, total, wrong: (total - right) / total > 0.5, changes: said.length > 2 };
  };
  let asked = []; // the systems that judge rows: the chosen one, or all that read words
  const askedNow = () => {
    const name = form.elements.system.value;
    const { systems } = chosen();
    if (name) return systems.filter((each) => each.name === name);
    const readers = systems.filter((each) => !each.control);
    return readers.length ? readers : systems;
  };
  const verdicts = (row) => asked.map((each) => each.said[Number(row.dataset.at)]).filter((said) => said !== null)
    .map((said) => ({ said, ...tally(said, Number(row.dataset.label)) }));
  const verdictsOf = (row) => (row.verdicts ??= verdicts(row));
  const OUTCOMES = {
    wrong: (found) => found.some((each) => each.wrong),
    all: (found) => found.length > 0 && found.every((each) => each.wrong),
    unsure: (found) => found.some((each) => each.changes),
    right: (found) => found.length > 0 && !found.some((each) => each.wrong),
    disputed: (_, row) => row.dataset.second !== undefined && row.dataset.second !== row.dataset.label,
  };
  const was = (found, predicted) => found.some(({ said }) => said.some((code, at) => at % 2 === 0 && code === predicted));
  const CONDITIONS = {
    label: (row, wanted) => row.dataset.label === wanted,
    group: (row, wanted) => row.dataset.group === wanted,
    text: (row, wanted) => text(row).includes(wanted) || row.dataset.id.toLowerCase().includes(wanted),
    predicted: (row, wanted) => was(verdictsOf(row), Number(wanted)),
    outcome: (row, wanted) => OUTCOMES[wanted](verdictsOf(row), row),
  };
  const wanted = () => Object.keys(CONDITIONS).flatMap((name) => {
    const value = form.elements[name]?.value.trim().toLowerCase();
    return value ? [[name, value]] : [];
  });
  const fit = (conditions) => [...table.tBodies[0].rows].filter((row) => !row.classList.contains("detail")
    && conditions.every(([name, value]) => CONDITIONS[name](row, value)));

  const mark = (row, found) => {
    const wrong = found.filter((each) => each.wrong).length;
    const cell = row.querySelector(".wrong");
    cell.textContent = found.length ? say("of", wrong, found.length) : say("not_tested");
    cell.dataset.sort = found.length ? wrong / found.length : -1;
    const times = new Map();
    for (const { said } of wrong ? found : []) {
      for (let at = 0; at < said.length; at += 2) {
        if (said[at] !== Number(row.dataset.label)) times.set(said[at], (times.get(said[at]) || 0) + said[at + 1]);
      }
    }
    const most = [...times].sort((a, b) => b[1] - a[1])[0];
    const taken = row.querySelector(".taken");
    taken.textContent = most ? values.names[most[0]] : "";
    if (CHINESE.test(taken.textContent)) taken.lang = "zh";
    else taken.removeAttribute("lang");
  };
  // The page says already what the first experiment's systems that read words said.
  let told = true;
  const judge = () => {
    const first = !form.elements.table.value && !form.elements.system.value;
    asked = askedNow();
    for (const row of rows) {
      row.verdicts = null;
      if (!told || !first) mark(row, verdictsOf(row));
    }
    told = first;
  };
  const order = () => {
    const { column, direction } = keptSort(table) ?? WORST;
    sort(table, column, direction);
    form.elements.order.value = `${column}.${direction > 0 ? "up" : "down"}`;
  };

  const details = detailsOf({ values, context, chosen, tally, byPlace });
  const shut = (row) => {
    row.classList.remove("open");
    row.querySelector("th button").setAttribute("aria-expanded", "false");
    if (row.nextElementSibling?.classList.contains("detail")) row.nextElementSibling.remove();
  };
  const open = (row) => {
    rows.filter((other) => other.classList.contains("open")).forEach(shut);
    row.classList.add("open");
    row.querySelector("th button").setAttribute("aria-expanded", "true");
    const cell = make("td", { colspan: row.cells.length }, details(row, Number(form.elements.table.value)));
    row.after(make("tr", { class: "detail" }, cell));
  };
  // A row gets its button when it is first seen.
  const turnOn = (row) => {
    row.classList.add("on");
    const head = row.cells[0];
    if (head.firstElementChild?.localName === "button") return;
    const button = make("button", { type: "button", "aria-expanded": "false" });
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => toggle(row));
  };

  // What is left of the rows, and, where that is none, which conditions to drop.
  const named = (name) => {
    const field = form.elements[name];
    return `${field.parentElement.firstChild.textContent.trim()}: ${field.selectedOptions?.[0].textContent ?? field.value}`;
  };
  const widen = (conditions) => {
    const drop = (names, label) => {
      const button = make("button", { type: "button", text: label });
      button.addEventListener("click", () => {
        for (const name of names) form.elements[name].value = "";
        changed({ judged: false });
        form.elements[names[0]].focus();
      });
      return button;
    };
    const buttons = conditions.flatMap(([name]) => {
      const left = fit(conditions.filter(([other]) => other !== name)).length;
      return left ? [drop([name], say("drop", named(name), left))] : [];
    });
    if (!buttons.length) buttons.push(drop(conditions.map(([name]) => name), say("drop_all", rows.length)));
    count.append(make("span", { class: "none", text: say("none") }), ...buttons);
  };
  const show = () => {
    const conditions = wanted();
    rows.filter((row) => row.classList.contains("open")).forEach(shut);
    const found = fit(conditions);
    const last = Math.max(0, Math.ceil(found.length / PAGE) - 1);
    page = Math.min(page, last);
    onPage.forEach((row) => row.classList.remove("on"));
    onPage = found.slice(page * PAGE, (page + 1) * PAGE);
    onPage.forEach(turnOn);
    pages.hidden = last === 0;
    pages.querySelector("span").textContent = say("page", page + 1, last + 1);
    pages.querySelector('[data-step="-1"]').disabled = page === 0;
    pages.querySelector('[data-step="1"]').disabled = page === last;
    count.replaceChildren(make("span", { text: say("rows", found.length, rows.length) }));
    table.hidden = !found.length;
    if (!found.length) widen(conditions);
    held.settle?.();
    return found;
  };

  // What the reader does

  const name = (field) => `${prefix}.${field}`;
  const place = section.id;
  const keep = (step = true) => {
    const fields = FIELDS.flatMap((field) => (form.elements[field] ? [[name(field), form.elements[field].value]] : []));
    const changes = { ...Object.fromEntries(fields), [name("page")]: page ? String(page + 1) : "", [name("row")]: "" };
    remember(changes, { place, step });
  };
  const toggle = (row) => {
    const wasOpen = row.classList.contains("open");
    if (wasOpen) shut(row);
    else open(row);
    remember({ [name("row")]: wasOpen ? "" : row.dataset.id }, { place });
  };
  // judged: whether the systems that judge rows are others, so that verdicts and what rows are sorted by change.
  const changed = ({ judged, step = true }) => {
    page = 0;
    if (judged) {
      fillSystems();
      judge();
      order();
    }
    show();
    keep(step);
  };
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  let typing = false; // a word typed is one step back, not one a letter
  form.addEventListener("input", (event) => {
    if (event.target.name === "order") {
      remember({ [`sort.${table.id}`]: event.target.value }, { place });
      order();
      show();
      return;
    }
    const letter = event.target.name === "text";
    changed({ judged: event.target.name === "table" || event.target.name === "system", step: !letter || !typing });
    typing = letter;
  });
  form.addEventListener("reset", () => setTimeout(() => { typing = false; changed({ judged: true }); }));
  table.addEventListener("sorted", () => {
    const sorted = heads.findIndex((head) => head.hasAttribute("aria-sort"));
    form.elements.order.value = `${sorted}.${heads[sorted].getAttribute("aria-sort") === "ascending" ? "up" : "down"}`;
    show();
  });
  pages.addEventListener("click", (event) => {
    const step = Number(event.target.dataset.step || 0);
    if (!step) return;
    page += step;
    show();
    keep();
    goTo(place);
  });
  table.exported = () => written([table.tHead.rows[0], ...fit(wanted())]);

  const restore = () => {
    const kept = address().values;
    const take = (field) => {
      const value = kept.get(name(field)) || "";
      const element = form.elements[field];
      if (!element) return;
      element.value = value;
      if (element.selectedIndex === -1) element.value = "";
    };
    take("table");
    fillSystems();
    FIELDS.slice(1).forEach(take);
    page = Math.max(0, Number(kept.get(name("page")) || 1) - 1) || 0;
    judge();
    order();
    const found = show();
    const row = byId.get(kept.get(name("row")));
    if (!row) return null;
    const at = found.indexOf(row);
    if (at >= 0) {
      page = Math.floor(at / PAGE);
      show();
    } else {
      turnOn(row);
      onPage.push(row);
    }
    open(row);
    return row;
  };
  restorers.push(restore);
  const row = restore();
  table.classList.add("ready");
  if (row) requestAnimationFrame(() => row.scrollIntoView({ behavior: "instant" }));
};
