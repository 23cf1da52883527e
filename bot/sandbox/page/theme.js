/** Light and dark: the system's choice until the person makes their own. */

const KEPT = "theme";

/** Applies the kept choice and ties the button that changes it. */
export function startTheme() {
  const button = document.getElementById("theme");
  const dark = () => document.documentElement.dataset.theme === "dark";
  const apply = (theme) => {
    document.documentElement.dataset.theme = theme;
    button.setAttribute("aria-pressed", String(theme === "dark"));
  };
  const system = matchMedia("(prefers-color-scheme: dark)");
  const current = () => localStorage.getItem(KEPT) || (system.matches ? "dark" : "light");
  apply(current());
  system.addEventListener("change", () => apply(current()));
  button.addEventListener("click", () => {
    localStorage.setItem(KEPT, dark() ? "light" : "dark");
    apply(current());
  });
}
