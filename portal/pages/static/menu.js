// On a narrow screen the menu scrolls: what is chosen is in sight. The page stays
// where it is, which scrollIntoView would not promise.
"use strict";
(() => {
  const menu = document.querySelector(".top nav");
  const chosen = menu?.querySelector("[aria-current]");
  if (!chosen) return;
  new ResizeObserver(() => {
    const [a, b] = [chosen, menu].map((e) => e.getBoundingClientRect());
    menu.scrollLeft += a.left + a.width / 2 - b.left - b.width / 2;
  }).observe(menu);
})();
