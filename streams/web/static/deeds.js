// Acknowledge, silence, judge, comment, undo: the form goes as it is, the alert's card comes back and takes its place.
import { announce } from "./announce.js";

export function initDeeds() {
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-deed]") || event.submitter?.hasAttribute("data-plain")) return;
    event.preventDefault();
    const card = form.closest(".card");
    const button = event.submitter ?? form.querySelector("button");
    button.disabled = true;
    try {
      await send(form, card);
    } catch (error) {
      button.disabled = false;
      const place = card.querySelector(".deed-error");
      place.textContent = error.message;
      place.hidden = false;
    }
  });
}

async function send(form, card) {
  const body = new URLSearchParams(new FormData(form));
  if (card.dataset.with) body.set("with", card.dataset.with);
  const headers = { "Newsvane-Part": "alert", Accept: "application/problem+json" };
  let answer;
  try {
    answer = await fetch(form.action, { method: "POST", body, headers, redirect: "error" });
  } catch {
    throw new Error("The server does not answer. Nothing was changed; try again.");
  }
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({}));
    throw new Error(problem.detail ?? `The server answered ${answer.status}.`);
  }
  const part = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".card");
  const isOpen = card.querySelector(".more")?.open;
  const heading = card.querySelector("h1, h2, h3")?.tagName;
  const changed = document.importNode(part, true);
  changed.querySelector(".more").open = Boolean(isOpen);
  if (heading) renameHeading(changed, heading);
  card.replaceWith(changed);
  ([...changed.querySelectorAll(".state button")].pop() ?? changed).focus({ preventScroll: true });
  announce([...changed.querySelectorAll(".state")].map((each) => each.firstChild.textContent.trim()).join(". ") || "Undone");
}

function renameHeading(card, name) {
  const old = card.querySelector("h1, h2, h3");
  if (!old || old.tagName === name) return;
  const heading = document.createElement(name);
  heading.append(...old.childNodes);
  old.replaceWith(heading);
}
