"use strict";
(() => {
  const element = (id) => document.getElementById(id);
  const { kinds, rows } = JSON.parse(element("data").textContent);
  const size = Number(element("data").dataset.rows);
  const [TITLE, ID, LINK, SENTENCES, WORDS, DOUBTS, SURE, KINDS, ERROR] = Array(9).keys();

  /* ---- one row as elements: text is only ever set as text */
  function make(tag, className, ...content) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    made.append(...content);
    return made;
  }
  const number = (value) => make("td", "number", String(value));
  function shown(row) {
    const name = make("th", "");
    name.scope = "row";
    if (row[LINK]) {
      const link = make("a", "", row[TITLE]);
      link.setAttribute("href", row[LINK]);
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
    if (row[ERROR]) {
      const why = make("td", "", make("span", "status", "Failed"), ` ${row[ERROR]}`);
      why.colSpan = 4;
      return make("tr", "failed", name, why);
    }
    const chips = row[KINDS].flatMap(([kind, count]) => [make("span", "chip", count > 1 ? `${kinds[kind]} ×${count}` : kinds[kind]), " "]);
    const doubts = make("td", "", ...(chips.length ? chips : [make("span", "fine", "none")]));
    return make("tr", "", name, number(row[WORDS]), number(row[SENTENCES]), number(row[SURE] < 0 ? "" : `${row[SURE]} %`), doubts);
  }

  /* ---- what is asked for */
  const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const texts = rows.map((row) => folded([row[TITLE], row[ID], row[ERROR], ...row[KINDS].map(([kind]) => kinds[kind])].join("\n")));
  const filters = {
    "": () => true,
    failed: (row) => row[ERROR] !== "",
    doubted: (row) => row[KINDS].length > 0,
    clean: (row) => row[KINDS].length === 0 && row[ERROR] === "",
  };
  const headers = [...document.querySelectorAll("[data-sort]")];
  let sorting = null;
  let start = 0;
  let found = [];
  const compare = new Intl.Collator("en", { numeric: true }).compare;

  function select() {
    const words = folded(element("query").value).split(/\s+/).filter(Boolean);
    const only = element("only").value;
    const kind = only.startsWith("kind") ? Number(only.slice(4)) : -1;
    const wanted = kind >= 0 ? (row) => row[KINDS].some(([one]) => one === kind) : filters[only];
    found = [...rows.keys()].filter((i) => wanted(rows[i]) && words.every((word) => texts[i].includes(word)));
    if (sorting) {
      const { column, sign } = sorting;
      const by = column === TITLE ? (a, b) => compare(rows[a][TITLE], rows[b][TITLE]) : (a, b) => rows[a][column] - rows[b][column];
      /* Failed articles have no numbers: they stand at the end, whichever way it goes. */
      const last = (i) => (column !== TITLE && rows[i][ERROR] ? 1 : 0);
      found.sort((a, b) => last(a) - last(b) || sign * by(a, b) || a - b);
    }
    start = 0;
    draw();
  }
  function draw() {
    const page = found.slice(start, start + size);
    element("rows").replaceChildren(...page.map((i) => shown(rows[i])));
    element("found").textContent = `${found.length.toLocaleString("en")} of ${rows.length.toLocaleString("en")}`;
    element("pages").hidden = found.length <= size;
    element("at").textContent = found.length ? `${start + 1} to ${start + page.length}` : "";
    element("back").disabled = start === 0;
    element("on").disabled = start + size >= found.length;
  }
  function turn(by) {
    start = Math.max(0, Math.min(start + by * size, found.length - 1));
    draw();
    element("table").scrollIntoView({ block: "start" });
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
  element("query").addEventListener("input", select);
  element("only").addEventListener("change", select);
  element("back").addEventListener("click", () => turn(-1));
  element("on").addEventListener("click", () => turn(1));
  element("tools").hidden = false;
  select();
})();
