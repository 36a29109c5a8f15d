/**
 * Page to come.
 */
export function QualityTab() {
  return <h1>QualityTab</h1>;
}
