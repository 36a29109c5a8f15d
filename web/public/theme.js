/* Light or dark, chosen before anything is painted. The choice is a word in local storage and nothing else is kept there. */
(() => {
  let chosen = 'auto';
  try {
    chosen = localStorage.getItem('weft-scheme') ?? 'auto';
  } catch {}
  const isDark =
    chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', isDark ? 'dark' : 'light');
})();
