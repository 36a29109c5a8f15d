/**
 * Page to come.
 */
export function QuarantinePage() {
  return <h1>QuarantinePage</h1>;
}
