/**
 * Page to come.
 */
export function BatchesTab() {
  return <h1>BatchesTab</h1>;
}
