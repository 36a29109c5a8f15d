/**
 * Page to come.
 */
export function SeeAsPage() {
  return <h1>SeeAsPage</h1>;
}
