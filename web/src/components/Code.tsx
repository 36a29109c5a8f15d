/**
 * Code as it stands, in an area that scrolls and is reached by keyboard.
 */
export function Code({ text, label }: { text: string; label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: an area that scrolls is reached by keyboard.
    <section aria-label={label} tabIndex={0}>
      <pre>{text}</pre>
    </section>
  );
}
