/**
 * Page to come.
 */
export function MakePage() {
  return <h1>MakePage</h1>;
}
