// Light, dark, or as the system says: the choice is kept in a cookie, so that the server renders it without a flash.
const following = { auto: "dark", dark: "light", light: "auto" };

export function initTheme() {
  const button = document.querySelector("[data-theme-button]");
  button?.form.addEventListener("submit", (event) => {
    event.preventDefault();
    const theme = button.value;
    document.documentElement.dataset.theme = theme;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `newsvane_theme=${theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
    button.value = following[theme];
    button.querySelector("[data-theme-name]").textContent = theme;
    button.setAttribute("aria-label", `Look: ${theme}. Change to ${following[theme]}`);
  });
}
