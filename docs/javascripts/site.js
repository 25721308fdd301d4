// The theme writes some parts of a page without what keyboards and screen readers need; this adds it as they appear.
// Long tables of figures are folded: what they show is said before them, or drawn.

const LONG = 8; // rows
const CHINESE = document.documentElement.lang.startsWith("zh");

const mend = () => {
  // The copy button of each block of code stands in a landmark of its own, all without a name.
  for (const group of document.querySelectorAll("nav.md-code__nav:not([role])")) group.setAttribute("role", "none");
  // What scrolls sideways can be reached by keyboard.
  for (const box of document.querySelectorAll(".md-typeset__scrollwrap, .md-typeset .scroll")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
};

const fold = () => {
  for (const table of document.querySelectorAll(".md-content table:not(details table)")) {
    const rows = table.tBodies[0]?.rows.length ?? 0;
    const cells = [...table.querySelectorAll("tbody td")].map((cell) => cell.textContent.trim());
    const figures = cells.filter((text) => /^[-+−[<.]?\d|^[[<]/.test(text)).length;
    if (rows <= LONG || figures <= cells.length / 2) continue;
    const whole = table.closest(".md-typeset__scrollwrap") ?? table;
    const before = whole.previousElementSibling;
    const strong = before?.matches("p") ? before.querySelector(":scope > strong") : null;
    const named = strong && strong.textContent === before.textContent.trim();
    const columns = [...table.querySelectorAll("thead th")].map((cell) => cell.textContent.trim()).slice(0, 4);
    const details = document.createElement("details");
    const summary = details.appendChild(document.createElement("summary"));
    const name = named ? before.textContent.trim() : columns.join(", ");
    summary.textContent = CHINESE ? `表格（${rows} 行）：${name}` : `Table of ${rows} rows: ${name}`;
    if (named) before.remove();
    whole.replaceWith(details);
    details.append(whole);
  }
};

addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll(".md-content details")) details.open = true;
});
fold();
new MutationObserver(mend).observe(document.body, { childList: true, subtree: true });
new ResizeObserver(mend).observe(document.body);
