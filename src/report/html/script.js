"use strict";
(() => {
  const find = (id) => document.getElementById(id);
  const table = find("table");
  if (!table) return;
  const body = table.tBodies[0];
  const rank = { error: 0, warning: 1, info: 2 };
  const rows = Array.from(body.rows, (row, place) => ({ row, place, severity: row.dataset.s, policy: row.dataset.p, folder: row.dataset.f }));
  const [search, policy, folder, shown, expand] = ["search", "policy", "folder", "shown", "expand"].map(find);
  const boxes = Array.from(document.querySelectorAll("input[name=severity]"));
  const heads = Array.from(table.querySelectorAll("th[data-sort]"));
  const picks = [];
  // More would make the browser lay out for seconds.
  const MOST_OPENED = 200;
  let order = { by: "place", turned: false };

  const text = (entry) => entry.text ??= entry.row.textContent.toLowerCase();
  const id = (entry) => entry.id ??= entry.row.cells[1].textContent;
  const message = (entry) => entry.message ??= (entry.row.querySelector("summary") ?? entry.row.cells[3]).textContent;
  const number = (count) => count.toLocaleString("en");
  const visible = () => rows.filter((entry) => !entry.row.hidden);
  const named = (select) => select.selectedOptions[0].text;

  const compare = {
    place: (a, b) => a.place - b.place,
    severity: (a, b) => rank[a.severity] - rank[b.severity],
    policy: (a, b) => id(a) < id(b) ? -1 : Number(id(a) > id(b)),
    message: (a, b) => message(a) < message(b) ? -1 : Number(message(a) > message(b)),
  };

  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const severities = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    let count = 0;
    for (const entry of rows) {
      const fits = severities.has(entry.severity)
        && (!policy.value || entry.policy === policy.value)
        && (!folder.value || entry.folder === folder.value)
        && words.every((word) => text(entry).includes(word));
      if (entry.row.hidden === fits) entry.row.hidden = !fits;
      count += Number(fits);
    }
    shown.textContent = count === rows.length ? `${number(count)} shown` : `${number(count)} of ${number(rows.length)} shown`;
    find("nothing").hidden = count > 0;
    expand.disabled = count === 0;
    expand.textContent = count > MOST_OPENED ? `Open first ${MOST_OPENED}` : "Open all";
    for (const { button, select, value } of picks) button.setAttribute("aria-pressed", String(select.value === value));
    remember();
  }

  function sort() {
    const by = compare[order.by];
    const sign = order.turned ? -1 : 1;
    rows.sort((a, b) => sign * by(a, b) || a.place - b.place);
    body.replaceChildren(...rows.map(({ row }) => row));
    for (const head of heads) {
      if (head.dataset.sort === order.by) head.setAttribute("aria-sort", order.turned ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
    remember();
  }

  // The address tells what is shown, so that it can be passed on.
  function remember() {
    const parts = new URLSearchParams();
    if (search.value) parts.set("q", search.value);
    const off = boxes.filter((box) => !box.checked).map((box) => box.value);
    if (off.length) parts.set("without", off.join(","));
    if (policy.value) parts.set("policy", named(policy));
    if (folder.value) parts.set("folder", named(folder));
    if (order.by !== "place" || order.turned) parts.set("sort", (order.turned ? "-" : "") + order.by);
    const hash = parts.toString();
    try { history.replaceState(null, "", hash ? "#" + hash : location.pathname + location.search); } catch { /* A page in a frame may have no address. */ }
  }

  function recall() {
    const parts = new URLSearchParams(location.hash.slice(1));
    search.value = parts.get("q") ?? "";
    const off = (parts.get("without") ?? "").split(",");
    for (const box of boxes) box.checked = !off.includes(box.value);
    for (const [select, key] of [[policy, "policy"], [folder, "folder"]]) {
      const wanted = Array.from(select.options).find((option) => option.value && option.text === parts.get(key));
      select.value = wanted ? wanted.value : "";
    }
    const by = parts.get("sort") ?? "place";
    const known = by.replace(/^-/, "");
    order = Object.hasOwn(compare, known) ? { by: known, turned: by.startsWith("-") } : { by: "place", turned: false };
  }

  function reset() {
    search.value = policy.value = folder.value = "";
    for (const box of boxes) box.checked = true;
    filter();
  }

  for (const head of heads) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const by = head.dataset.sort;
      order = { by, turned: order.by === by && !order.turned };
      sort();
    });
  }
  for (const label of document.querySelectorAll("[data-pick]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label.textContent;
    label.replaceChildren(button);
    const [select, value] = [find(label.dataset.pick), label.dataset.value];
    picks.push({ button, select, value });
    button.addEventListener("click", () => {
      select.value = select.value === value ? "" : value;
      filter();
    });
  }
  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 120);
  });
  for (const control of [...boxes, policy, folder]) control.addEventListener("change", filter);
  find("reset").addEventListener("click", reset);
  find("again").addEventListener("click", reset);
  expand.addEventListener("click", () => {
    const details = visible().slice(0, MOST_OPENED).map(({ row }) => row.querySelector("details")).filter(Boolean);
    const open = !details.every((one) => one.open);
    for (const one of details) one.open = open;
  });
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName ?? "");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      search.focus();
    } else if (event.key === "Escape" && document.activeElement === search) {
      search.value = "";
      filter();
    }
  });
  window.addEventListener("hashchange", () => { recall(); filter(); sort(); });
  find("controls").hidden = false;
  recall();
  filter();
  // As it was written it is sorted by place.
  if (order.by !== "place" || order.turned) sort();
})();
