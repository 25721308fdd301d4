// The theme writes some parts of a page without what keyboards and screen readers need; this adds it as they appear.

const mend = () => {
  // The copy button of each block of code stands in a landmark of its own, all without a name.
  for (const group of document.querySelectorAll("nav.md-code__nav:not([role])")) group.setAttribute("role", "none");
  // What scrolls sideways can be reached by keyboard.
  for (const box of document.querySelectorAll(".md-typeset__scrollwrap, .md-typeset .scroll")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
};

new MutationObserver(mend).observe(document.body, { childList: true, subtree: true });
new ResizeObserver(mend).observe(document.body);
