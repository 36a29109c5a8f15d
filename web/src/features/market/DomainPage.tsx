/**
 * Page to come.
 */
export function DomainPage() {
  return <h1>DomainPage</h1>;
}
