/** Page to come. */
export function SeeAsPage() {
  return null;
}
