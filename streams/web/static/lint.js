// A query while it is written: does it parse, and does it mean what its author wants? The server's linter says so.
const PATIENCE_MS = 350;

export function initLint() {
  const place = document.querySelector("[data-lint]");
  if (!place) return;
  place.hidden = false;
  const field = place.querySelector("textarea");
  const said = place.querySelector("[data-lint-said]");
  let timer = 0;
  let number = 0;
  const ask = async () => {
    number += 1;
    const mine = number;
    const words = await lint(field.value);
    if (mine !== number) return; // a later wording has been asked for
    said.replaceChildren(...words.map(([text, isBad]) => line(text, isBad)));
  };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PATIENCE_MS);
  });
  place.addEventListener("toggle", () => { if (place.open && !said.childNodes.length) ask(); });
}

async function lint(query) {
  if (!query.trim()) return [["Write a query.", false]];
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": document.body.dataset.csrf };
  try {
    const answer = await fetch("/v1/watches/lint", { method: "POST", headers, body: JSON.stringify({ query }) });
    const found = await answer.json();
    if (!answer.ok) return [[found.detail, true]];
    if (!found.valid) return [[found.error.message, true]];
    if (!found.warnings.length) return [["It parses, and nothing looks like a trap.", false]];
    return found.warnings.map((each) => [`Line ${each.line}, column ${each.column}: ${each.message}`, false]);
  } catch {
    return [["The server does not answer; change a letter to ask again.", true]];
  }
}

function line(text, isBad) {
  const element = document.createElement("p");
  if (isBad) element.className = "bad";
  element.textContent = text;
  return element;
}
