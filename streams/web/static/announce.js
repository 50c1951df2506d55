// Tell people who do not see the page what changed, politely, and count in the title what they have not looked at.
const region = document.getElementById("announce");
const title = document.title;
let count = 0;

export function announce(text) {
  if (!region) return;
  region.textContent = "";
  // a text that is set twice in a row is said once: give the reader an empty moment
  setTimeout(() => { region.textContent = text; }, 50);
}

export function countNew(number) {
  count += number;
  document.title = count ? `(${count}) ${title}` : title;
}

function seen() {
  if (!count) return;
  count = 0;
  document.title = title;
  for (const card of document.querySelectorAll(".is-new")) card.classList.remove("is-new");
}

for (const happening of ["pointerdown", "keydown"]) document.addEventListener(happening, seen, { passive: true });
