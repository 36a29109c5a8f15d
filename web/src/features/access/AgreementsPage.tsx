/**
 * Page to come.
 */
export function AgreementsPage() {
  return <h1>AgreementsPage</h1>;
}
