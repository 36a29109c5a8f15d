/**
 * Two versions of a text side by side, with what differs on a ground of its own and a sign before it.
 */
import { diffLines } from '../lib/line-diff.ts';
import { ScrollArea } from './ScrollArea.tsx';
import classes from './TextPair.module.css';

export interface TextPairProps {
  left: { title: string; text: string };
  right: { title: string; text: string };
  /** What is compared, for readers that do not see. */
  label: string;
}

export function TextPair({ left, right, label }: TextPairProps) {
  const rows = diffLines(left.text, right.text);
  return (
    <ScrollArea className={classes['scroll']} label={label}>
      <table className={classes['pair']}>
        <caption className="unseen">{label}</caption>
        <thead>
          <tr>
            <th scope="col">{left.title}</th>
            <th scope="col">{right.title}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no name, and stand where they stand.
            <tr key={at}>
              <Line text={row.left} sign={row.isSame || row.left === null ? ' ' : '−'} />
              <Line text={row.right} sign={row.isSame || row.right === null ? ' ' : '+'} />
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

function Line({ text, sign }: { text: string | null; sign: ' ' | '−' | '+' }) {
  return (
    <td data-sign={sign === ' ' ? undefined : sign} data-absent={text === null || undefined}>
      <span className={classes['sign']}>{sign}</span>
      {text}
    </td>
  );
}
