// One row opened: what its page has, what each system predicted, its article, and the n-grams that decided.

const detailsOf = ({ values, context, chosen, tally, byPlace }) => {
  const box = (label, style, ...children) => make("div", { class: `box ${style}`, role: "group", tabindex: "0", "aria-label": label }, ...children);

  const system = (each, row) => {
    const at = Number(row.dataset.at);
    const said = each.said[at];
    if (said === null) return null;
    const label = Number(row.dataset.label);
    const found = tally(said, label);
    const predicted = make("td");
    for (let number = 0; number < said.length; number += 2) {
      const right = said[number] === label;
      if (number) predicted.append(make("br"));
      predicted.append(make("span", { class: right ? "right-guess" : "wrong-guess", text: `${right ? "✓" : "✗"} ${values.names[said[number]]}` }));
      if (said.length > 2) predicted.append(` ${said[number + 1]}×`);
    }
    const sure = make("td", { class: "number" });
    (each.sure?.[at] ?? []).forEach((percent, number) => sure.append(...(number ? [make("br")] : []), `${percent}%`));
    if (!each.sure) sure.append("–");
    const name = make("th", { scope: "row", text: each.control ? `${each.name} *` : each.name });
    return make("tr", {}, name, predicted, sure, make("td", { class: "number", text: say("of", found.right, found.total) }));
  };
  const systems = (row) => {
    const heads = ["system", "predictions", "probability", "times_right"].map((name) => make("th", { scope: "col", text: say(name) }));
    heads.slice(2).forEach((head) => head.classList.add("number"));
    const lines = chosen().systems.map((each) => system(each, row)).filter((line) => line !== null);
    const found = make("table", {}, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...lines));
    return make("div", {}, make("h3", { text: say("said") }), box(say("said"), "", found));
  };
  const sides = (part) => {
    const raw = make("div", {}, make("h4", { text: say("raw") }));
    const repaired = make("div", {}, make("h4", { text: say("fixed") }));
    for (const piece of part.raw) {
      const [before, after] = typeof piece === "string" ? [piece, piece] : piece;
      const [old, fresh] = typeof piece === "string" ? ["span", "span"] : ["del", "ins"];
      if (before) raw.append(make(old, { text: before }));
      if (after) repaired.append(make(fresh, { text: after }));
    }
    // Marks that repair put in belong to the text around them, and so does their font.
    for (const side of [raw, repaired]) if (CHINESE.test(side.textContent)) side.lang = "zh";
    return make("div", { class: "sides" }, raw, repaired);
  };
  const article = (found, at) => {
    const around = box(say("around"), "article");
    if (found.title) around.append(make("p", {}, make("strong", { text: found.title })));
    if (found.heads.length) around.append(make("p", { class: "heads", text: found.heads.join(" · ") }));
    for (const part of found.parts) {
      const inside = part.row === at || (part.rows || []).includes(at);
      const other = byPlace.get(part.row);
      const text = part.heading || part.text || (other && other.querySelector(".text").textContent) || "";
      const line = make("p", inside ? { class: "here", "aria-current": "true" } : {});
      line.append(make(part.heading ? "strong" : "span", { text }));
      if (other) line.append(" ", make("span", { class: "tag", text: `[${values.names[Number(other.dataset.label)]}]` }));
      if (part.complete === false) line.append(" ", make("span", { class: "tag", text: say("lost") }));
      around.append(line);
    }
    if (found.missing) around.append(make("p", { class: "heads", text: say("elsewhere", found.missing) }));
    const here = around.querySelector(".here");
    // In view inside its own box, without moving the page.
    if (here) requestAnimationFrame(() => { around.scrollTop = Math.max(0, here.offsetTop - around.offsetTop - 40); });
    return make("div", {}, make("h3", { text: say(found.missing === undefined ? "article" : "group") }), around);
  };
  const shares = (row, table) => {
    const each = context().pulls.find((one) => one.table === table);
    const found = each && each.rows[Number(row.dataset.at)];
    if (!found) return null;
    const [predicted, byClass] = found;
    const columns = Object.entries(byClass).map(([code, strongest]) => {
      const kind = Number(code) !== predicted ? "label_class" : predicted === Number(row.dataset.label) ? "both" : "predicted_class";
      const title = make("h4", { text: `${values.names[Number(code)]} (${say(kind)})` });
      const list = (sign) => {
        const lines = strongest.filter(([, share]) => (share > 0) === (sign === "+")).map(([feature, share]) => {
          const amount = make("span", { class: sign === "+" ? "right-guess" : "wrong-guess", text: `${sign}${Math.abs(share).toFixed(3)}` });
          return make("li", {}, make("span", { text: feature.replaceAll(" ", "␣") }), amount);
        });
        return make("ul", { "aria-label": say(sign === "+" ? "for" : "against") }, ...lines);
      };
      return make("div", {}, title, make("div", {}, list("+"), list("−")));
    });
    const head = make("h3", { text: say("shares", each.system) });
    return make("div", { class: "wide" }, head, make("p", { class: "what", text: say("shares_how") }), make("div", { class: "pulls" }, ...columns));
  };
  return (row, table) => {
    const at = Number(row.dataset.at);
    const place = row.dataset.group === undefined ? null : context().group_articles[Number(row.dataset.group)];
    const found = place === null || place === undefined ? null : context().articles[place];
    const part = found && found.parts.find((each) => each.row === at || (each.rows || []).includes(at));
    const inner = make("div", { class: "detail-inner" });
    if (part && part.raw) inner.append(make("div", { class: "wide" }, make("h3", { text: say("repaired") }), sides(part)));
    inner.append(systems(row));
    if (found) inner.append(article(found, at));
    const pulled = shares(row, table);
    if (pulled) inner.append(pulled);
    return inner;
  };
};
