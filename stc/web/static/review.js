// Single keys: each presses the button that carries it, where that can be seen. A text that is to be learnt is checked while it is typed.
"use strict";

function open(id) {
  const details = document.getElementById(id);
  details.open = true;
  const field = details.querySelector("[data-focus]");
  if (field) field.focus();
  details.scrollIntoView({ block: "nearest" });
}

for (const button of document.querySelectorAll("[data-opens]")) button.addEventListener("click", () => open(button.dataset.opens));

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || stc.isTyping(event.target) || stc.going) return;
  const bearer = [...document.querySelectorAll(`[data-key="${CSS.escape(event.key)}"]`)].find((one) => one.checkVisibility());
  if (!bearer) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (stc.isTyping(bearer)) bearer.focus();
  else bearer.click();
}, true);

// A decision that is on its way is not sent twice.
document.addEventListener("submit", (event) => {
  if (event.target.sent) event.preventDefault();
  event.target.sent = true;
});

const form = document.querySelector("[data-correct]");
const text = form.elements.correction;
const preview = form.querySelector("[data-preview]");
const take = form.querySelector("[data-take]");
const check = form.querySelector("[data-check]");
check.hidden = true;
let asked = 0;
let waits;

async function look() {
  const mine = ++asked;
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch(check.formAction, { method: "POST", body, headers: { Accept: "text/plain" } }).catch(() => null);
  if (mine !== asked) return;
  // Made by our own templates, which escape every text.
  if (answer && answer.ok) preview.innerHTML = await answer.text();
  else preview.textContent = answer ? "It is not checked: load the page again in another tab." : "It is not checked: the server does not answer.";
  take.disabled = !preview.querySelector("[data-fine]");
}

text.addEventListener("input", () => {
  take.disabled = true;
  clearTimeout(waits);
  waits = setTimeout(look, 250);
});
text.addEventListener("keydown", async (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  clearTimeout(waits);
  await look();
  if (!take.disabled) form.requestSubmit(take);
});
