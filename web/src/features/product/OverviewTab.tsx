/**
 * Page to come.
 */
export function OverviewTab() {
  return <h1>OverviewTab</h1>;
}
