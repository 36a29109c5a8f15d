/**
 * Page to come.
 */
export function VersionsTab() {
  return <h1>VersionsTab</h1>;
}
