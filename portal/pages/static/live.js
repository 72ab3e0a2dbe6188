// The tail of events: started by hand, ended when the page is left.
"use strict";
(() => {
  const line = document.getElementById("live");
  if (!line) return;
  line.hidden = false;
  const [start, stop, state, tail, list] = ["start", "stop", "state", "tail", "events"].map((id) => document.getElementById(id));
  const most = 100;
  let events = null;
  let count = 0;

  function element(name, className, text) {
    const e = document.createElement(name);
    if (className) e.className = className;
    if (text !== undefined) e.textContent = text;
    return e;
  }

  function finding(f) {
    const div = element("div", "found");
    div.append(element("span", "pill " + f.class, f.word), " ");
    const a = element("a");
    a.href = "/datapoints/" + f.id;
    const path = element("code", "path");
    path.append(element("bdi", "", f.path));
    a.append(path);
    div.append(a, " ", element("code", "", f.type), " ", element("code", "shape", f.shape));
    const meta = element("span", "meta soft");
    f.actions.forEach((x, i) => meta.append(i ? ", " : "", element("bdi", "", x.destination), ": ", element("span", "act " + x.action, x.word)));
    div.append(meta);
    return div;
  }

  function show(e) {
    const row = element("tr");
    const at = element("td", "", e.at);
    at.dataset.label = "Time";
    const from = element("th");
    from.scope = "row";
    from.append(element("bdi", "", e.source), element("span", "meta soft", e.event));
    const found = element("td", "wide-cell");
    if (e.findings.length) found.append(...e.findings.map(finding));
    else found.append(element("span", "soft", "nothing personal"));
    row.append(at, from, found);
    list.prepend(row);
    while (list.rows.length > most) list.lastElementChild.remove();
    state.textContent = ++count + (count === 1 ? " event" : " events");
  }

  function end(why) {
    events?.close();
    events = null;
    start.disabled = false;
    stop.disabled = true;
    state.textContent = why;
  }

  start.addEventListener("click", () => {
    count = 0;
    tail.hidden = false;
    start.disabled = true;
    stop.disabled = false;
    state.textContent = "Waiting for events…";
    events = new EventSource("/live/events");
    events.onmessage = (m) => show(JSON.parse(m.data));
    events.addEventListener("end", () => end("Stopped after a quarter of an hour."));
    events.onerror = () => {
      if (events?.readyState === EventSource.CLOSED) end("Cannot watch now: too many watch already, or you have to log in again.");
      else state.textContent = "The connection was lost; trying again…";
    };
  });
  stop.addEventListener("click", () => end("Stopped."));
  window.addEventListener("pagehide", () => events && end("Stopped."));
})();
