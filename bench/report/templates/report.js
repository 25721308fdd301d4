"use strict";
// Sorting, filters and the rows' details. The page's address keeps the state: #place&name=value&…
(() => {
  const PAGE = 50;

  // The address

  const decoded = (text) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text; // a stray percent sign
    }
  };
  const address = () => {
    const [place, ...rest] = location.hash.slice(1).split("&");
    return { place: decoded(place), values: new URLSearchParams(rest.join("&")) };
  };
  const write = (place, values) => {
    const rest = values.toString();
    const hash = `#${encodeURIComponent(place)}${rest && `&${rest}`}`;
    history.replaceState(null, "", hash === "#" ? location.pathname + location.search : hash);
  };
  const remember = (name, value) => {
    const { place, values } = address();
    if (value === "" || value === null) values.delete(name);
    else values.set(name, value);
    write(place, values);
  };
  const goTo = (place, smooth = true) => {
    const target = document.getElementById(place);
    if (!target) return;
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    target.scrollIntoView(smooth ? {} : { behavior: "instant" });
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const place = link.getAttribute("href").slice(1);
    write(place, address().values);
    goTo(place);
    const target = document.getElementById(place);
    if (target) {
      if (!target.hasAttribute("tabindex")) target.tabIndex = -1;
      target.focus({ preventScroll: true });
    }
  });

  // Elements; texts are set as texts, never as mark-up

  const CHINESE = /[\u2e80-\u2fdf\u3400-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]/u;
  const make = (tag, { text, ...attributes } = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    if (text !== undefined) {
      element.textContent = text;
      if (CHINESE.test(text)) element.lang = "zh";
    }
    element.append(...children.filter((child) => child !== null));
    return element;
  };

  // Colours

  const theme = document.getElementById("theme");
  const colour = (value) => {
    if (value) document.documentElement.dataset.theme = value;
    else delete document.documentElement.dataset.theme;
  };
  theme.parentElement.hidden = false;
  try {
    theme.value = localStorage.getItem("bench-theme") || "";
  } catch {
    // Pages from disk may have no storage: the choice then lasts as long as the page.
  }
  colour(theme.value);
  theme.addEventListener("change", () => {
    colour(theme.value);
    try {
      localStorage.setItem("bench-theme", theme.value);
    } catch {
      // As above.
    }
  });

  // On paper nothing can be opened

  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("details.notes").forEach((each) => { each.open = true; });
  });

  // Sorting

  const key = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.sort === undefined ? cell.textContent : Number(cell.dataset.sort);
  };
  const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "zh"));
  const sort = (table, column, direction) => {
    const body = table.tBodies[0];
    const rows = [...body.rows].filter((row) => !row.classList.contains("detail"));
    body.querySelectorAll(".detail").forEach((row) => row.remove());
    const keys = new Map(rows.map((row) => [row, key(row, column)]));
    rows.sort((a, b) => direction * compare(keys.get(a), keys.get(b)) || a.place - b.place);
    body.append(...rows);
    for (const [at, head] of [...table.tHead.rows[0].cells].entries()) {
      if (at === column) head.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
      else head.removeAttribute("aria-sort");
    }
    table.dispatchEvent(new CustomEvent("sorted"));
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
        remember(`sort.${table.id}`, `${column}.${direction > 0 ? "up" : "down"}`);
      });
    }
    const kept = (address().values.get(`sort.${table.id}`) || "").match(/^(\d+)\.(up|down)$/);
    const head = kept && table.tHead.rows[0].cells[Number(kept[1])];
    if (head && "sortable" in head.dataset) sort(table, Number(kept[1]), kept[2] === "up" ? 1 : -1);
  };
  document.querySelectorAll("table.data").forEach(sortable);

  // Tables that fit need no box to scroll in: their heads then stick to the window, and Tab passes them by

  const fitting = new ResizeObserver((entries) => {
    const found = entries.map(({ target }) => [target, target.firstElementChild.offsetWidth <= target.clientWidth]);
    for (const [box, fits] of found) {
      box.classList.toggle("fits", fits);
      if (fits) box.removeAttribute("tabindex");
      else box.tabIndex = 0;
    }
  });
  document.querySelectorAll(".box:has(> table):not(.tall)").forEach((box) => fitting.observe(box));

  // The rows

  const browse = (section) => {
    const prefix = section.dataset.key;
    const read = (what) => JSON.parse(document.getElementById(`${prefix}-${what}`).textContent);
    const values = read("said");
    let opened = null; // what only an opened row needs is read when the first one is
    const context = () => (opened ??= read("context"));
    const table = section.querySelector("table.rows");
    const form = section.querySelector("form.filters");
    const pages = section.querySelector(".pages");
    const rows = [...table.tBodies[0].rows];
    const byPlace = new Map(rows.map((row) => [Number(row.dataset.at), row]));
    const text = (row) => row.querySelector(".text").textContent.toLowerCase();
    let page = 0;
    let onPage = [];

    const option = (value, text) => make("option", { value, text });
    form.elements.table.replaceChildren(...values.tables.map((each, at) => option(at || "", each.name)));
    form.elements.table.parentElement.hidden = values.tables.length < 2;
    const chosen = () => values.tables[Number(form.elements.table.value)];
    const fillSystems = () => {
      const before = form.elements.system.value;
      const systems = chosen().systems.map((each) => option(each.name, each.control ? `${each.name} *` : each.name));
      form.elements.system.replaceChildren(option("", "all that read words"), ...systems);
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
    const verdicts = (row) => {
      const name = form.elements.system.value;
      const readers = chosen().systems.filter((each) => !each.control);
      const all = readers.length ? readers : chosen().systems;
      const asked = name ? chosen().systems.filter((each) => each.name === name) : all;
      return asked.map((each) => each.said[Number(row.dataset.at)]).filter((said) => said !== null)
        .map((said) => ({ said, ...tally(said, Number(row.dataset.label)) }));
    };
    const OUTCOMES = {
      wrong: (found) => found.some((each) => each.wrong),
      all: (found) => found.length > 0 && found.every((each) => each.wrong),
      unsure: (found) => found.some((each) => each.changes),
      right: (found) => found.length > 0 && !found.some((each) => each.wrong),
      disputed: (_, row) => row.dataset.second !== undefined && row.dataset.second !== row.dataset.label,
    };
    const tell = (row, found) => {
      const wrong = found.filter((each) => each.wrong).length;
      const cell = row.querySelector(".wrong");
      cell.textContent = found.length ? `${wrong} of ${found.length}` : "not tested";
      cell.dataset.sort = found.length ? wrong / found.length : -1;
      const times = new Map();
      for (const { said } of found) {
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

    const shut = (row) => {
      row.classList.remove("open");
      row.querySelector("th button").setAttribute("aria-expanded", "false");
      if (row.nextElementSibling && row.nextElementSibling.classList.contains("detail")) row.nextElementSibling.remove();
    };
    const open = (row) => {
      rows.filter((other) => other.classList.contains("open")).forEach(shut);
      row.classList.add("open");
      row.querySelector("th button").setAttribute("aria-expanded", "true");
      const cell = make("td", { colspan: row.cells.length }, details(row));
      row.after(make("tr", { class: "detail" }, cell));
    };

    const show = () => {
      const wanted = form.elements.text.value.trim().toLowerCase();
      const { label, group, outcome } = form.elements;
      rows.filter((row) => row.classList.contains("open")).forEach(shut);
      const found = [...table.tBodies[0].rows].filter((row) => {
        if (label.value && row.dataset.label !== label.value) return false;
        if (group && group.value && row.dataset.group !== group.value) return false;
        if (wanted && !text(row).includes(wanted) && !row.dataset.id.toLowerCase().includes(wanted)) return false;
        return !outcome.value || OUTCOMES[outcome.value](verdictsOf(row), row);
      });
      const last = Math.max(0, Math.ceil(found.length / PAGE) - 1);
      page = Math.min(page, last);
      onPage.forEach((row) => row.classList.remove("on"));
      onPage = found.slice(page * PAGE, (page + 1) * PAGE);
      onPage.forEach(turnOn);
      pages.hidden = last === 0;
      pages.querySelector("span").textContent = `page ${page + 1} of ${last + 1}`;
      pages.querySelector('[data-step="-1"]').disabled = page === 0;
      pages.querySelector('[data-step="1"]').disabled = page === last;
      section.querySelector(".count").textContent = `${found.length} of ${rows.length} rows`;
      return found;
    };
    // The page says already what the first experiment's systems that read words said.
    let told = true;
    const judge = () => {
      const first = !form.elements.table.value && !form.elements.system.value;
      for (const row of rows) {
        row.verdicts = null;
        if (!told || !first) tell(row, verdictsOf(row));
      }
      told = first;
    };
    const verdictsOf = (row) => (row.verdicts ??= verdicts(row));

    // One row opened

    const system = (each, row) => {
      const said = each.said[Number(row.dataset.at)];
      if (said === null) return null;
      const label = Number(row.dataset.label);
      const found = tally(said, label);
      const guesses = make("td");
      for (let at = 0; at < said.length; at += 2) {
        const kind = said[at] === label ? "right-guess" : "wrong-guess";
        if (at) guesses.append(", ");
        guesses.append(make("span", { class: kind, text: `${said[at] === label ? "✓" : "✗"} ${values.names[said[at]]}` }));
        if (said.length > 2) guesses.append(` ${said[at + 1]}×`);
      }
      const name = make("th", { scope: "row", text: each.control ? `${each.name} *` : each.name });
      return make("tr", {}, name, guesses, make("td", { text: `${found.right} of ${found.total}`, "data-sort": found.right }));
    };
    const systems = (row) => {
      const heads = ["system", "said over the repeats", "right"].map((text) => make("th", { scope: "col", text }));
      const lines = chosen().systems.map((each) => system(each, row)).filter((line) => line !== null);
      const found = make("table", {}, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...lines));
      const box = make("div", { class: "box", role: "group", tabindex: "0", "aria-label": "What each system said" }, found);
      return make("div", {}, make("h3", { text: "What each system said" }), box);
    };
    const sides = (part) => {
      const raw = make("div", {}, make("h4", { text: "In the page's file (⏎ parts blocks)" }));
      const repaired = make("div", {}, make("h4", { text: "Repaired" }));
      for (const piece of part.raw) {
        const [before, after] = typeof piece === "string" ? [piece, piece] : piece;
        const [old, fresh] = typeof piece === "string" ? ["span", "span"] : ["del", "ins"];
        if (before) raw.append(make(old, { text: before }));
        if (after) repaired.append(make(fresh, { text: after }));
      }
      return make("div", { class: "sides" }, raw, repaired);
    };
    const article = (found, at) => {
      const box = make("div", { class: "box article", role: "group", tabindex: "0", "aria-label": "The other rows around it" });
      if (found.title) box.append(make("p", {}, make("strong", { text: found.title })));
      if (found.heads.length) box.append(make("p", { class: "heads", text: found.heads.join(" · ") }));
      for (const part of found.parts) {
        const inside = part.row === at || (part.rows || []).includes(at);
        const other = byPlace.get(part.row);
        const text = part.heading || part.text || (other && other.querySelector(".text").textContent) || "";
        const line = make("p", inside ? { class: "here", "aria-current": "true" } : {});
        line.append(make(part.heading ? "strong" : "span", { text }));
        if (other) line.append(" ", make("span", { class: "tag", text: `[${values.names[Number(other.dataset.label)]}]` }));
        if (part.complete === false) line.append(" ", make("span", { class: "tag", text: "[text was lost]" }));
        box.append(line);
      }
      if (found.missing) box.append(make("p", { class: "heads", text: `${found.missing} more rows of this group are not on this page.` }));
      const here = box.querySelector(".here");
      // In view inside its own box, without moving the page.
      if (here) requestAnimationFrame(() => { box.scrollTop = Math.max(0, here.offsetTop - box.offsetTop - 40); });
      return make("div", {}, make("h3", { text: found.missing === undefined ? "In its article" : "Its group" }), box);
    };
    const pulled = (row) => {
      const each = context().pulls.find((one) => one.table === Number(form.elements.table.value));
      const found = each && each.rows[Number(row.dataset.at)];
      if (!found) return null;
      const [guess, byClass] = found;
      const columns = Object.entries(byClass).map(([code, strongest]) => {
        const what = Number(code) === guess ? "guessed" : "the label";
        const title = make("h4", { text: `${values.names[Number(code)]} (${what}${Number(code) === guess && guess === Number(row.dataset.label) ? ", the label" : ""})` });
        const list = (sign) => {
          const lines = strongest.filter(([, share]) => (share > 0) === (sign === "+")).map(([feature, share]) => {
            const amount = make("span", { class: sign === "+" ? "right-guess" : "wrong-guess", text: `${sign}${Math.abs(share).toFixed(3)}` });
            return make("li", {}, make("span", { text: feature.replaceAll(" ", "␣") }), amount);
          });
          return make("ul", { "aria-label": sign === "+" ? "for" : "against" }, ...lines);
        };
        return make("div", {}, title, make("div", {}, list("+"), list("−")));
      });
      const words = "In the first repeat, by a model that had not seen the row: what each n-gram added to the score of the topic, less what it added to all topics in the mean.";
      return make("div", { class: "wide" }, make("h3", { text: `N-grams that pulled for (+) and against (−): ${each.system}` }), make("p", { class: "what", text: words }), make("div", { class: "pulls" }, ...columns));
    };
    const details = (row) => {
      const at = Number(row.dataset.at);
      const place = row.dataset.group === undefined ? null : context().group_articles[Number(row.dataset.group)];
      const found = place === null || place === undefined ? null : context().articles[place];
      const part = found && found.parts.find((each) => each.row === at || (each.rows || []).includes(at));
      const inner = make("div", { class: "detail-inner" });
      if (part && part.raw) inner.append(make("div", { class: "wide" }, make("h3", { text: "As the page has it, and repaired" }), sides(part)));
      inner.append(systems(row));
      if (found) inner.append(article(found, at));
      const pulls = pulled(row);
      if (pulls) inner.append(pulls);
      return inner;
    };

    // What the reader does

    const name = (field) => `${prefix}.${field}`;
    const keep = () => {
      for (const field of form.elements) if (field.name) remember(name(field.name), field.value);
      remember(name("page"), page ? String(page + 1) : "");
    };
    const toggle = (row) => {
      const wasOpen = row.classList.contains("open");
      if (wasOpen) shut(row);
      else open(row);
      remember(name("row"), wasOpen ? "" : row.dataset.id);
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
    form.hidden = false;
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", (event) => {
      page = 0;
      if (event.target.name === "table") fillSystems();
      if (event.target.name === "table" || event.target.name === "system") judge();
      show();
      remember(name("row"), "");
      keep();
    });
    form.addEventListener("reset", () => {
      setTimeout(() => {
        page = 0;
        fillSystems();
        judge();
        show();
        remember(name("row"), "");
        keep();
      });
    });
    table.addEventListener("sorted", () => show());
    pages.addEventListener("click", (event) => {
      const step = Number(event.target.dataset.step || 0);
      if (!step) return;
      page += step;
      show();
      keep();
      goTo(section.id);
    });

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
      ["label", "group", "system", "outcome", "text"].forEach(take);
      page = Math.max(0, Number(kept.get(name("page")) || 1) - 1) || 0;
      judge();
      const found = show();
      const row = rows.find((each) => each.dataset.id === kept.get(name("row")));
      if (!row) return;
      const at = found.indexOf(row);
      if (at >= 0) {
        page = Math.floor(at / PAGE);
        show();
      } else {
        turnOn(row);
        onPage.push(row);
      }
      open(row);
      requestAnimationFrame(() => row.scrollIntoView({ behavior: "instant" }));
    };
    restore();
    table.classList.add("ready");
    window.addEventListener("hashchange", restore);
  };
  document.querySelectorAll(".browser").forEach(browse);
  window.addEventListener("hashchange", () => goTo(address().place));
  if (address().values.size) goTo(address().place, false);
})();
