// The page's address keeps the state: #place&name=value&…; every change of it is a step that Back takes back.

const WORDS = JSON.parse(document.getElementById("words").textContent);
const say = (name, ...values) => WORDS[name].replace(/\{(\d)\}/g, (_, at) => values[at]);

const decoded = (text) => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray percent sign
  }
};
const parsed = (hash) => {
  const [place, ...rest] = hash.slice(1).split("&");
  return { place: decoded(place), values: new URLSearchParams(rest.join("&")) };
};
const address = () => parsed(location.hash);
const OURS = { banmian: true };
const write = (place, values, step = true) => {
  const rest = values.toString();
  const hash = `#${encodeURIComponent(place)}${rest && `&${rest}`}`;
  const url = hash === "#" ? location.pathname + location.search : hash;
  if (hash === (location.hash || "#")) return;
  if (step) history.pushState(OURS, "", url);
  else history.replaceState(OURS, "", url);
};
// Names to values, "" for none; place: where the page is to open, left out as it is.
const remember = (changes, { place, step = true } = {}) => {
  const { place: before, values } = address();
  for (const [name, value] of Object.entries(changes)) {
    if (value === "" || value === null) values.delete(name);
    else values.set(name, value);
  }
  write(place ?? before, values, step);
};
const restorers = [];
const restoreAll = () => restorers.forEach((restore) => restore());

const goTo = (place, smooth = true) => {
  const target = document.getElementById(place);
  if (!target) return;
  for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  const inside = target.querySelector(":scope > details.further-result");
  if (inside) inside.open = true;
  target.scrollIntoView(smooth ? {} : { behavior: "instant" });
};
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const { place, values } = parsed(link.getAttribute("href"));
  const kept = address().values;
  const data = [...values.keys()][0]?.split(".")[0] ?? (place.endsWith("-rows") && link.closest("main") ? place.slice(0, -5) : null);
  // A link to rows says all that they are filtered by.
  if (data) for (const name of [...kept.keys()]) if (name.startsWith(`${data}.`)) kept.delete(name);
  for (const [name, value] of values) kept.set(name, value);
  write(place, kept);
  if (data) restoreAll();
  goTo(place);
  const target = document.getElementById(place);
  if (target) {
    if (!target.hasAttribute("tabindex")) target.tabIndex = -1;
    target.focus({ preventScroll: true });
  }
});

// Elements; texts are set as texts, never as mark-up

const CHINESE = /[\u2e80-\u2fdf\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\u{20000}-\u{3ffff}]/u;
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
  for (const fold of document.querySelectorAll("details:not(.more):not([open])")) {
    fold.open = true;
    fold.dataset.printed = "";
  }
});
window.addEventListener("afterprint", () => {
  for (const fold of document.querySelectorAll("details[data-printed]")) {
    fold.open = false;
    delete fold.dataset.printed;
  }
});

// The contents mark where the reader is

const follow = (contents) => {
  const links = [...contents.querySelectorAll("a")];
  const targets = links.map((link) => document.getElementById(link.getAttribute("href").slice(1)));
  let waiting = false;
  const mark = () => {
    waiting = false;
    const line = innerHeight / 3;
    let at = -1;
    targets.forEach((target, number) => {
      if (target && target.checkVisibility() && target.getBoundingClientRect().top <= line) at = Math.max(at, number);
    });
    links.forEach((link, number) => {
      if (number === at) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
    for (const item of contents.querySelectorAll(":scope > ol > li")) item.classList.toggle("here", item.contains(links[at] ?? null));
  };
  const soon = () => {
    if (!waiting) requestAnimationFrame(mark);
    waiting = true;
  };
  addEventListener("scroll", soon, { passive: true });
  addEventListener("resize", soon);
  mark();
};
