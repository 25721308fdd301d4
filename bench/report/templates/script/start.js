// Everything is set going, then the page opens where its address says.

document.querySelectorAll("table.data").forEach((table) => {
  sortable(table);
  tools(table);
});
document.querySelectorAll(".browser").forEach(browse);
for (const group of document.querySelectorAll(".tables.small, .held")) {
  if (group.matches(".tables.small") || !group.closest(".tables.small")) roving(group, STOPS);
}
for (const box of document.querySelectorAll("figure > .box")) roving(box, ".mark");
document.querySelectorAll(".held > .box").forEach((box) => {
  fitting.observe(box);
  box.addEventListener("scroll", () => edges(box.parentElement), { passive: true });
});
document.querySelectorAll("details").forEach((fold) => fold.addEventListener("toggle", () => {
  fold.querySelectorAll(".tables.small, .held, figure > .box").forEach((group) => group.settle?.());
}));
document.querySelectorAll("nav.contents").forEach(follow);
addEventListener("popstate", () => {
  restoreAll();
  // An address that was typed or followed from elsewhere, not a step back.
  if (!history.state?.banmian) {
    history.replaceState(OURS, "");
    goTo(address().place);
  }
});
history.replaceState(OURS, "");
const first = address();
const filtered = [...first.values.keys()].find((name) => /^d\d+\./.test(name));
if (first.place || filtered) goTo(first.place || `${filtered.split(".")[0]}-rows`, false);
