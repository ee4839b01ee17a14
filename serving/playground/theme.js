"use strict";

// Runs before the first paint, so that a chosen theme does not flash. Without a choice the system decides.
(() => {
  const root = document.documentElement;
  const NAME = "palate-theme";
  const remembered = () => {
    try {
      return localStorage.getItem(NAME);
    } catch {
      return null; // Storage is switched off: the choice lasts as long as the page.
    }
  };
  const remember = (theme) => {
    try {
      localStorage.setItem(NAME, theme);
    } catch {
      // As above.
    }
  };
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);

  const chosen = remembered();
  if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    const name = () => {
      button.textContent = isDark() ? "Light" : "Dark";
      button.setAttribute("aria-label", `Change to ${button.textContent.toLowerCase()} colours`);
    };
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      remember(root.dataset.theme);
      name();
    });
    system.addEventListener("change", name);
    name();
  });
})();
