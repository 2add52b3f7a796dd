// While a training goes on, its curves are fetched anew every two seconds; not while nobody looks.
"use strict";

const live = document.querySelector("[data-live]");
const state = document.querySelector("[data-state]");

function status() {
  return live.querySelector("[data-status]").dataset.status;
}

async function follow() {
  if (!["running", "quiet"].includes(status())) return;
  if (!document.hidden) {
    const answer = await fetch(live.dataset.live, { headers: { Accept: "text/plain" } }).catch(() => null);
    state.textContent = answer && answer.ok ? "" : "The server does not answer; the curves are those of before.";
    // Made by our own templates, which escape every text.
    if (answer && answer.ok) live.innerHTML = await answer.text();
  }
  setTimeout(follow, 2000);
}

setTimeout(follow, 2000);
