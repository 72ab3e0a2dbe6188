// Keys for lists: see the dialog on the page. All of it can be done without them.
"use strict";
(() => {
  const rows = [...document.querySelectorAll("tr.row")];
  const help = document.getElementById("help");
  const search = document.getElementById("q");
  const ticks = rows.map((r) => r.querySelector("input[type=checkbox]")).filter(Boolean);
  const current = () => rows.findIndex((r) => r.contains(document.activeElement));

  function go(i) {
    const row = rows[Math.max(0, Math.min(rows.length - 1, i))];
    if (!row) return;
    row.querySelector("a.open").focus();
    row.scrollIntoView({ block: "nearest" });
  }

  // A decision loads the page anew: go on where the row was.
  const place = "eventveil-row:" + location.pathname;
  document.addEventListener("submit", (e) => {
    const i = rows.findIndex((r) => r.contains(e.target));
    if (i >= 0) sessionStorage.setItem(place, i);
  });
  const left = sessionStorage.getItem(place);
  sessionStorage.removeItem(place);
  if (left !== null && document.querySelector(".flash")) go(Number(left));

  const keys = {
    j: () => go(current() + 1),
    k: () => go(current() < 0 ? 0 : current() - 1),
    c: () => press("confirm"),
    i: () => press("ignore"),
    x: () => {
      const tick = rows[current()]?.querySelector("input[type=checkbox]");
      if (tick) tick.click();
    },
    "/": () => search?.focus(),
    "?": () => help?.showModal(),
  };
  function press(what) {
    rows[current()]?.querySelector(`button[value=${what}]`)?.click();
  }
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || help?.open) return;
    const box = e.target.type === "checkbox";
    if (!box && e.target.closest("input, select, textarea")) return;
    const key = keys[e.key];
    if (!key) return;
    e.preventDefault();
    key();
  });

  const all = document.getElementById("all");
  const ticked = document.getElementById("ticked");
  if (!all) return;
  all.closest("label").hidden = false;
  function tell() {
    const n = ticks.filter((t) => t.checked).length;
    ticked.textContent = n ? n + " ticked" : "None ticked";
    all.checked = n > 0 && n === ticks.length;
    all.indeterminate = n > 0 && n < ticks.length;
  }
  all.addEventListener("change", () => {
    for (const t of ticks) t.checked = all.checked;
    tell();
  });
  for (const t of ticks) t.addEventListener("change", tell);
  tell();
})();
