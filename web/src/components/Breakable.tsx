/**
 * A name that may break where its parts meet, so that long ones wrap between words and not within.
 */
import { Fragment } from 'react';

export function Breakable({ text }: { text: string }) {
  const parts = text.split(/(?<=[._/@])/);
  return parts.map((part, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place.
    <Fragment key={at}>
      {part}
      {at < parts.length - 1 ? <wbr /> : null}
    </Fragment>
  ));
}
