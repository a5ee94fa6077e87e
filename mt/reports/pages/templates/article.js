"use strict";
(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const sentences = all(".s");
  const points = all(".point");
  const inspector = document.getElementById("inspector");
  const note = document.getElementById("note");
  const pairs = new Map();
  for (const element of all("[data-pair], .bar")) {
    const key = element.dataset.pair ?? element.dataset.pairLink;
    pairs.set(key, [...(pairs.get(key) ?? []), element]);
  }
  const supports = (point) => (point.dataset.support ?? "").split(" ").filter(Boolean);

  /* ---- which sentences are lit: those of one place, which the pointer or else the focus is at */
  let lit = [];
  function light(elements, said) {
    for (const element of lit) element.classList.remove("lit");
    for (const element of elements) element.classList.add("lit");
    lit = elements;
    inspector.hidden = !said;
    if (note.textContent !== said) note.textContent = said;
  }
  function lightAt(target) {
    const place = target?.closest?.("[data-pair], [data-pair-link], .point");
    if (!place) return false;
    const key = place.dataset.pair ?? place.dataset.pairLink;
    const explained = target.closest(".mark"); // its own tooltip is shown beside it
    if (key !== undefined) {
      const resting = points.filter((point) => supports(point).includes(key));
      light([...(pairs.get(key) ?? []), ...resting], explained ? "" : pairs.get(key)?.find((e) => e.dataset.note)?.dataset.note ?? "");
    } else {
      const keys = supports(place);
      const said = keys.length ? `Based on ${keys.map((k) => `sentence ${Number(k) + 1}`).join(", ")}` : "";
      light([place, ...keys.flatMap((k) => pairs.get(k) ?? [])], said);
    }
    return true;
  }
  const lightFocus = () => lightAt(document.activeElement) || light([], "");
  document.addEventListener("pointerover", (event) => lightAt(event.target) || lightFocus());
  document.documentElement.addEventListener("pointerleave", lightFocus);
  document.addEventListener("focusin", (event) => lightAt(event.target) || light([], ""));
  document.addEventListener("focusout", (event) => event.relatedTarget || light([], ""));

  /* ---- one stop of the Tab key for all sentences; arrow keys move within */
  let current = sentences.find((s) => s.closest(".en")) ?? sentences[0];
  for (const sentence of sentences) sentence.tabIndex = sentence === current ? 0 : -1;
  function go(sentence) {
    if (!sentence) return;
    current.tabIndex = -1;
    current = sentence;
    current.tabIndex = 0;
    current.focus();
    current.scrollIntoView({ block: "nearest" });
  }
  const isEnglish = (sentence) => sentence.id.startsWith("s");
  function step(from, by) {
    const column = sentences.filter((s) => isEnglish(s) === isEnglish(from));
    return by === Infinity ? column.at(-1) : by === -Infinity ? column[0] : column[column.indexOf(from) + by];
  }
  const other = (from, english) =>
    isEnglish(from) === english ? null : pairs.get(from.dataset.pair).find((e) => e !== from && e.matches(".s"));
  const moves = {
    ArrowDown: (s) => step(s, 1), ArrowUp: (s) => step(s, -1), Home: (s) => step(s, -Infinity), End: (s) => step(s, Infinity),
    ArrowRight: (s) => other(s, false), ArrowLeft: (s) => other(s, true),
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.body.classList.add("hush");
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.matches?.(".s") && moves[event.key]) {
      event.preventDefault();
      go(moves[event.key](event.target));
    }
  });
  for (const type of ["focusin", "pointerover"]) {
    document.addEventListener(type, (event) => event.target.closest(".mark") || document.body.classList.remove("hush"));
  }
  for (const sentence of sentences) sentence.addEventListener("focus", () => {
    if (current !== sentence) { current.tabIndex = -1; current = sentence; current.tabIndex = 0; }
  });

  /* ---- links go to what may be folded, and take the focus along */
  function arrive() {
    const target = document.getElementById(location.hash.slice(1));
    const folded = target?.closest("details");
    if (folded) folded.open = true;
    if (target?.matches(".s")) target.focus({ preventScroll: true });
    target?.scrollIntoView({ block: "nearest" });
  }
  addEventListener("hashchange", arrive);
  if (location.hash) arrive();
  for (const bar of all(".bar")) {
    bar.addEventListener("click", () => {
      const sentence = document.getElementById(`s${bar.dataset.pairLink}`);
      sentence?.scrollIntoView({ block: "center" });
      sentence?.focus({ preventScroll: true });
    });
  }

  /* ---- copying: the words alone, without marks and numbers */
  function words(element) {
    const copy = element.cloneNode(true);
    for (const extra of copy.querySelectorAll(".mark, .redone, .receipt, .tag")) extra.remove();
    return copy.textContent.replace(/\s+/g, " ").trim();
  }
  const texts = {
    summary: () => (document.querySelector(".summary .bullets") ? points.map((p) => `- ${words(p)}`).join("\n") : points.map(words).join(" ")),
    text: () => [all("h1 .s").map(words).join(" "), ...all(".paragraph").map((p) => [...p.querySelectorAll(".en")].map(words).join(" "))].filter(Boolean).join("\n\n"),
  };
  function copyOldWay(text) {
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
  for (const button of all("[data-copy]")) {
    const label = button.textContent;
    button.closest(".tools").hidden = false;
    button.addEventListener("click", async () => {
      const text = texts[button.dataset.copy]();
      let done = true;
      try { await navigator.clipboard.writeText(text); } catch { done = copyOldWay(text); }
      button.textContent = done ? "Copied" : "Select the text to copy it";
      setTimeout(() => { button.textContent = label; }, 2000);
    });
  }

  /* ---- the index says in its links which neighbours there are; it is remembered here for a reload */
  const BESIDE = `mt-beside:${location.pathname}`;
  let beside = new URLSearchParams(location.hash.slice(1)).get("beside");
  try { beside === null ? (beside = sessionStorage.getItem(BESIDE)) : sessionStorage.setItem(BESIDE, beside); } catch { /* a browser that forbids it: no such links after a reload */ }
  for (const side of ["previous", "next"]) {
    const link = document.getElementById(side);
    if (link) link.hidden = !(beside ?? "").split(",").includes(side);
  }

  /* ---- paper has nothing to unfold */
  let opened = [];
  addEventListener("beforeprint", () => { opened = all("details:not([open])"); for (const d of opened) d.open = true; });
  addEventListener("afterprint", () => { for (const d of opened) d.open = false; });
  document.getElementById("hint").hidden = false;
})();
