/**
 * A sentence with pieces that are more than text: emphasis, names in code, keys, times, products as links, and whatever the
 * page puts in. Sentences are data, so that they can be tested, and so that each language orders its pieces itself.
 *
 * Text of contracts stands in it as text nodes alone.
 */
import { Link } from '@tanstack/react-router';
import { Fragment, type ReactNode } from 'react';
import { TimeText } from './TimeText.tsx';

export type PhrasePart =
  | string
  | { strong: string }
  | { code: string }
  | { key: string }
  | { time: string }
  | { product: string }
  | { piece: ReactNode };
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
  if ('key' in part) return <kbd>{part.key}</kbd>;
  if ('time' in part) return <TimeText at={part.time} />;
  if ('piece' in part) return part.piece;
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
