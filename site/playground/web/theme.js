// Light or dark, as on the rest of the site, which keeps the choice under this name.
const KEY = "mdbook-theme";
const SCHEMES = { light: "light", rust: "light", navy: "dark", coal: "dark", ayu: "dark" };

function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** Lets a menu choose: "", `light` or `navy`. */
export function open(menu) {
  const set = (theme) => (document.documentElement.style.colorScheme = SCHEMES[theme] ?? "light dark");
  const scheme = SCHEMES[remembered()];
  menu.value = scheme === "dark" ? "navy" : scheme ?? "";
  set(menu.value);
  menu.addEventListener("change", () => {
    set(menu.value);
    try {
      if (menu.value) localStorage.setItem(KEY, menu.value);
      else localStorage.removeItem(KEY);
    } catch {
      // Where nothing may be kept, the choice lasts as long as the page.
    }
  });
}
