/**
 * Page to come.
 */
export function NewProductPage() {
  return <h1>NewProductPage</h1>;
}
