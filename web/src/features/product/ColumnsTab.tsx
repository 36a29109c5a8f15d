/**
 * Page to come.
 */
export function ColumnsTab() {
  return <h1>ColumnsTab</h1>;
}
