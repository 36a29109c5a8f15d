/**
 * Page to come.
 */
export function ConnectTab() {
  return <h1>ConnectTab</h1>;
}
