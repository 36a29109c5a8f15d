/**
 * Page to come.
 */
export function RequestPage() {
  return <h1>RequestPage</h1>;
}
