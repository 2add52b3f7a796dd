// Enter asks, Shift+Enter is a new line. A model's words are shown while they come, and at last the whole answer with its code judged.
"use strict";

const question = document.getElementById("question");
stc.keys.i = () => question.focus();
question.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    question.form.requestSubmit();
  }
});

async function* linesOf(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    yield* lines;
  }
  yield rest;
}

async function tell(section) {
  const told = section.querySelector("[data-told]");
  const state = section.querySelector("[data-state]");
  const stop = section.querySelector("[data-stop]");
  const wish = new AbortController();
  stop.addEventListener("click", () => wish.abort());
  const body = new URLSearchParams({ csrf: question.form.elements.csrf.value, q: section.dataset.words });
  try {
    const answer = await fetch("/ask/words", { method: "POST", body, signal: wish.signal, headers: { Accept: "text/plain" } });
    if (!answer.ok) throw new Error(await answer.text());
    for await (const line of linesOf(answer)) {
      if (!line.trim()) continue;
      const said = JSON.parse(line);
      if (said.error) throw new Error(said.error);
      if (said.html) {
        // Made by our own templates, which escape every text.
        section.innerHTML = said.html;
        return;
      }
      state.textContent = "The model writes …";
      told.textContent += said.words;
    }
    throw new Error("the answer broke off");
  } catch (error) {
    state.textContent = wish.signal.aborted ? "Stopped. What was said so far is not checked." : `There is no answer of the model: ${error.message}`;
    state.classList.toggle("issue", !wish.signal.aborted);
    stop.remove();
  }
}

for (const section of document.querySelectorAll("[data-words]")) tell(section);
if (document.querySelector("[data-reload]")) setTimeout(() => (question.value ? question.form.requestSubmit() : location.reload()), 1500);
