// Keys: "/" goes to the search, j and k to the next and the previous row, u to the packages. Enter opens a link by itself.
"use strict";

function isTyping(target) {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target.isContentEditable;
}

function step(by) {
  const rows = [...document.querySelectorAll("[data-row]")];
  const at = rows.indexOf(document.activeElement);
  const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by))];
  if (next) next.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && isTyping(event.target)) event.target.blur();
  if (isTyping(event.target)) return;
  const actions = {
    "/": () => document.getElementById("q").focus(),
    j: () => step(1),
    k: () => step(-1),
    u: () => { location.href = "/"; },
  };
  if (actions[event.key]) {
    event.preventDefault();
    actions[event.key]();
  }
});
