// What the browser keeps for the page. Where storage is switched off, nothing is kept and nothing fails.

export const kept = (kind, name) => ({
  get: () => {
    try {
      return window[kind].getItem(name);
    } catch {
      return null;
    }
  },
  set: (value) => {
    try {
      window[kind].setItem(name, value);
    } catch {
      // The choice lasts as long as the page.
    }
  },
});
