/**
 * A sentence with emphasised pieces, names in code, and products as links: sentences are data, so that they can be tested.
 *
 * Text of contracts stands in it as text nodes alone.
 */
import { Link } from '@tanstack/react-router';
import { Fragment } from 'react';

export type PhrasePart = string | { strong: string } | { code: string } | { product: string };
export type PhraseParts = readonly PhrasePart[];

export function Phrase({ parts }: { parts: PhraseParts }) {
  return parts.map((part, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence keep their order.
    <Fragment key={at}>{renderPart(part)}</Fragment>
  ));
}

function renderPart(part: PhrasePart) {
  if (typeof part === 'string') return part;
  if ('strong' in part) return <b>{part.strong}</b>;
  if ('code' in part) return <code>{part.code}</code>;
  return (
    <Link to="/p/$product" params={{ product: part.product }}>
      {part.product}
    </Link>
  );
}

/** The same sentence without any markup. */
export function plainText(parts: PhraseParts): string {
  return parts
    .map((part) => (typeof part === 'string' ? part : Object.values(part).join('')))
    .join('');
}
