/**
 * Page to come.
 */
export function AgreementPage() {
  return <h1>AgreementPage</h1>;
}
