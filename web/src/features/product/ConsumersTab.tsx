/**
 * Page to come.
 */
export function ConsumersTab() {
  return <h1>ConsumersTab</h1>;
}
