/**
 * Page to come.
 */
export function LineageTab() {
  return <h1>LineageTab</h1>;
}
