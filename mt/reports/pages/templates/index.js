"use strict";
(() => {
  const element = (id) => document.getElementById(id);
  const { kinds, rows } = JSON.parse(element("data").textContent);
  const size = Number(element("data").dataset.rows);
  const [TITLE, ID, LINK, , WORDS, , SURE, KINDS, ERROR, SUMMARY, SEARCHED] = Array(11).keys();

  /* ---- one row as elements: text is only ever set as text */
  function make(tag, className, ...content) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    node.append(...content);
    return node;
  }
  const number = (value) => make("td", "number", String(value));
  function shown(i) {
    const row = rows[i];
    const name = make("th", "");
    name.scope = "row";
    if (row[LINK]) {
      const link = make("a", "", row[TITLE]);
      link.setAttribute("href", address(i));
      name.append(link);
    } else {
      const title = make("span", "", row[TITLE]);
      title.dir = "auto";
      name.append(title);
    }
    if (row[TITLE] !== row[ID]) {
      const id = make("span", "id", row[ID]);
      id.dir = "auto";
      name.append(id);
    }
    if (row[SUMMARY]) name.append(make("p", "gist", row[SUMMARY]));
    if (row[ERROR]) {
      const why = make("td", "", make("span", "status", "Failed"), ` ${row[ERROR]}`);
      why.colSpan = 3;
      return make("tr", "failed", name, why);
    }
    const chips = row[KINDS].flatMap(([kind, count]) => [make("span", "chip", count > 1 ? `${kinds[kind]} ×${count}` : kinds[kind]), " "]);
    const doubts = make("td", "", ...(chips.length ? chips : [make("span", "fine", "none")]));
    return make("tr", "", name, number(row[WORDS]), number(row[SURE] < 0 ? "" : `${row[SURE]} %`), doubts);
  }

  /* ---- what is asked for */
  /* Accents, vowel marks, tatweel and the forms of alef, ya and ta marbuta make no difference. */
  const letters = { "\u0629": "\u0647", "\u0649": "\u064a", "\u0671": "\u0627", "\u0640": "" };
  const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/[\u0629\u0649\u0671\u0640]/g, (c) => letters[c]).toLowerCase();
  const searched = (row) => [row[TITLE], row[ID], row[ERROR], ...row[KINDS].map(([kind]) => kinds[kind]), row[SUMMARY], row[SEARCHED]];
  const texts = rows.map((row) => folded(searched(row).join("\n")));
  const filters = {
    "": () => true,
    failed: (row) => row[ERROR] !== "",
    doubted: (row) => row[KINDS].length > 0,
    clean: (row) => row[KINDS].length === 0 && row[ERROR] === "",
  };
  const headers = [...document.querySelectorAll("[data-sort]")];
  let sorting = null;
  let start = 0;
  let selected = [];
  const compare = new Intl.Collator("en", { numeric: true }).compare;

  function select(first = 0) {
    const words = folded(element("query").value).split(/\s+/).filter(Boolean);
    const only = element("only").value;
    const kind = only.startsWith("kind") ? Number(only.slice(4)) : -1;
    const wanted = kind >= 0 ? (row) => row[KINDS].some(([one]) => one === kind) : filters[only];
    selected = [...rows.keys()].filter((i) => wanted(rows[i]) && words.every((word) => texts[i].includes(word)));
    if (sorting) {
      const { column, sign } = sorting;
      const by = column === TITLE ? (a, b) => compare(rows[a][TITLE], rows[b][TITLE]) : (a, b) => rows[a][column] - rows[b][column];
      /* Failed articles have no numbers: they come last in either direction. */
      const last = (i) => (column !== TITLE && rows[i][ERROR] ? 1 : 0);
      selected.sort((a, b) => last(a) - last(b) || sign * by(a, b) || a - b);
    }
    start = Math.max(0, Math.min(first, selected.length - 1));
    start -= start % size;
    draw();
  }
  /* A report cannot see the index: its address says which neighbours it has in this view. */
  let ends = [];
  function address(i) {
    const beside = [i !== ends[0] && "previous", i !== ends[1] && "next"].filter(Boolean);
    return `${rows[i][LINK]}#beside=${beside.join()}`;
  }
  function draw() {
    const linked = (i) => rows[i][LINK] !== "";
    ends = [selected.find(linked), selected.findLast(linked)];
    const page = selected.slice(start, start + size);
    element("rows").replaceChildren(...page.map(shown));
    element("found").textContent = `${selected.length.toLocaleString("en")} of ${rows.length.toLocaleString("en")}`;
    element("pages").hidden = selected.length <= size;
    element("at").textContent = selected.length ? `${start + 1} to ${start + page.length}` : "";
    element("back").disabled = start === 0;
    element("on").disabled = start + size >= selected.length;
    keep();
  }
  function turn(by) {
    start = Math.max(0, Math.min(start + by * size, selected.length - 1));
    draw();
    element("table").scrollIntoView({ block: "start" });
  }

  /* ---- the view is kept in the address, for Back, and for the links of reports to their neighbours */
  const KEPT = `mt-index:${location.pathname}`;
  function keep() {
    const view = new URLSearchParams();
    if (element("query").value) view.set("search", element("query").value);
    if (element("only").value) view.set("show", element("only").value);
    if (sorting) view.set("sort", `${sorting.sign > 0 ? "" : "-"}${sorting.column}`);
    if (start) view.set("from", String(start));
    const wanted = `#${view}`;
    if (location.hash !== wanted && (view.size || location.hash.includes("="))) history.replaceState(null, "", view.size ? wanted : location.pathname);
    try { sessionStorage.setItem(KEPT, String(view)); } catch { /* a browser that forbids it: neighbours follow the plain order */ }
  }
  function restore(view) {
    element("query").value = view.get("search") ?? "";
    element("only").value = view.get("show") ?? "";
    if (element("only").selectedIndex < 0) element("only").value = "";
    const column = Math.abs(Number(view.get("sort")));
    const header = view.has("sort") && headers.find((one) => Number(one.dataset.sort) === column);
    sorting = header ? { column, sign: view.get("sort").startsWith("-") ? -1 : 1 } : null;
    for (const one of headers) one.removeAttribute("aria-sort");
    header && header.setAttribute("aria-sort", sorting.sign > 0 ? "ascending" : "descending");
    select(Number(view.get("from")) || 0);
  }
  function neighbour(of, by) {
    const name = (i) => decodeURIComponent(rows[i][LINK].split("/").at(-1));
    const at = selected.findIndex((i) => rows[i][LINK] && name(i) === of);
    const order = at < 0 ? [...rows.keys()] : selected;
    const linked = order.filter((i) => rows[i][LINK]);
    return linked[linked.findIndex((i) => name(i) === of) + by];
  }
  function arrive() {
    const view = new URLSearchParams(location.hash.slice(1));
    const by = view.has("next") ? 1 : view.has("previous") ? -1 : 0;
    if (!by && !view.has("all")) {
      restore(view);
      return;
    }
    let kept = null;
    try { kept = sessionStorage.getItem(KEPT); } catch { /* as above */ }
    restore(new URLSearchParams(kept ?? ""));
    if (!by) return;
    const other = neighbour(view.get("next") ?? view.get("previous"), by);
    if (other !== undefined) {
      location.replace(address(other));
      return;
    }
    element("found").textContent += by > 0 ? " · that was the last article" : " · that was the first article";
  }

  /* ---- controls */
  for (const header of headers) {
    const button = make("button", "", ...header.childNodes);
    button.type = "button";
    header.append(button);
    const column = Number(header.dataset.sort);
    button.addEventListener("click", () => {
      const sign = sorting?.column === column ? -sorting.sign : column === TITLE || column === SURE ? 1 : -1;
      sorting = { column, sign };
      for (const other of headers) other.removeAttribute("aria-sort");
      header.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
      select();
    });
  }
  element("tools").addEventListener("submit", (event) => event.preventDefault());
  element("query").addEventListener("input", () => select());
  element("only").addEventListener("change", () => select());
  element("back").addEventListener("click", () => turn(-1));
  element("on").addEventListener("click", () => turn(1));
  element("tools").hidden = false;
  addEventListener("hashchange", arrive);
  arrive();
})();
