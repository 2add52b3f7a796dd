// Keys: "/" goes to the search, j and k to the next and the previous row, g and a letter to a page, u to the packages. Forms that are
// marked so are sent in place, and say what became of it.
"use strict";

const stc = {
  isTyping(target) {
    return target instanceof HTMLTextAreaElement || target.isContentEditable
      || (target instanceof HTMLInputElement && !["radio", "checkbox", "submit", "button"].includes(target.type));
  },
  keys: {},
  async send(form, submitter) {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form, submitter)),
      headers: { Accept: "text/plain" },
    });
    return { ok: answer.ok, text: await answer.text() };
  },
};

function step(by) {
  const rows = [...document.querySelectorAll("[data-row]")].filter((row) => row.checkVisibility());
  const at = rows.indexOf(document.activeElement);
  const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by))];
  if (next) next.focus();
}

Object.assign(stc.keys, {
  "/": () => document.getElementById("q").focus(),
  j: () => step(1),
  k: () => step(-1),
  u: () => { location.href = "/"; },
  g: () => { stc.going = true; },
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && stc.isTyping(event.target)) event.target.blur();
  if (stc.isTyping(event.target)) return;
  if (stc.going) {
    stc.going = false;
    const to = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
    if (to) {
      event.preventDefault();
      location.href = to.href;
    }
    return;
  }
  const act = stc.keys[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-quiet]")) return;
  event.preventDefault();
  const status = form.querySelector("[role=status]");
  const buttons = form.querySelectorAll("button");
  for (const button of buttons) button.disabled = true;
  status.textContent = "…";
  const said = await stc.send(form, event.submitter).catch((error) => ({ ok: false, text: `the server does not answer (${error.message})` }));
  status.textContent = said.text;
  status.classList.toggle("issue", !said.ok);
  if (!said.ok) for (const button of buttons) button.disabled = false;
});
