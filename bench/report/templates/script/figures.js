// Figures: each mark tells its values when it is pointed at or focused; the arrow keys go from mark to mark.

const tip = make("div", { class: "tip", "aria-hidden": "true" });
tip.hidden = true;
document.body.append(tip);
const tell = (mark) => {
  tip.textContent = mark.getAttribute("aria-label");
  tip.hidden = false;
  const place = mark.getBoundingClientRect();
  const { width, height } = tip.getBoundingClientRect();
  const left = Math.min(Math.max(8, place.left + place.width / 2 - width / 2), document.documentElement.clientWidth - width - 8);
  const top = place.top - height - 8 < 0 ? place.bottom + 8 : place.top - height - 8;
  tip.style.left = `${left}px`;
  tip.style.top = `${top}px`;
};
const hush = () => { tip.hidden = true; };
for (const [shows, hides] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
  document.addEventListener(shows, (event) => {
    const mark = event.target.closest?.(".mark");
    if (mark) tell(mark);
  });
  document.addEventListener(hides, hush);
}
addEventListener("scroll", hush, { passive: true, capture: true });
document.addEventListener("keydown", (event) => { if (event.key === "Escape") hush(); });
