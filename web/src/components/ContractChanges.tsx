/**
 * The changes between two versions of a contract, each with its verdict for those who read and for those who produce.
 */
import type { ContractChange } from '../api/contract-diff.ts';
import classes from './ContractChanges.module.css';
import { ScrollArea } from './ScrollArea.tsx';
import { Status } from './Status.tsx';
import { words } from './words-changes.ts';

export function ContractChanges({ changes }: { changes: readonly ContractChange[] }) {
  return (
    <ScrollArea className={classes['scroll']} label={words.label}>
      <table className={classes['table']}>
        <caption className="unseen">{words.caption}</caption>
        <thead>
          <tr>
            <th scope="col">{words.change}</th>
            <th scope="col">{words.consumers}</th>
            <th scope="col">{words.producer}</th>
          </tr>
        </thead>
        <tbody>
          {changes.map(({ path, kind, consumer, producer, message, examples = [] }) => (
            <tr key={`${path} ${kind}`}>
              <th scope="row">
                {message} <span className="caption mono">{kind}</span>
                {examples.map((example) => (
                  <Example key={example.allowedBy} {...example} />
                ))}
              </th>
              <td>
                <Verdict verdict={consumer} />
              </td>
              <td>
                <Verdict verdict={producer} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

type ExampleProps = NonNullable<ContractChange['examples']>[number];

const SHOWN = 60;

/** A value that one version takes and the other refuses. */
function Example({ value, allowedBy }: ExampleProps) {
  const shown = value.length <= SHOWN ? value : `${value.slice(0, SHOWN)}…`;
  return (
    <span className={classes['example']} data-allowed={allowedBy}>
      <code>{shown}</code>
      {value.length <= SHOWN ? '' : ` ${words.length(lengthOf(value))}`}{' '}
      {allowedBy === 'before' ? words.allowedBefore : words.allowedAfter}
    </span>
  );
}

/** Characters of the value itself: a text's quotes are not its own. */
function lengthOf(value: string): number {
  const read: unknown = JSON.parse(value);
  return typeof read === 'string' ? [...read].length : value.length;
}

function Verdict({ verdict }: { verdict: ContractChange['consumer'] }) {
  if (verdict === 'safe') return <Status kind="kept">{words.safe}</Status>;
  return (
    <Status kind={verdict === 'break' ? 'missed' : 'close'}>
      {verdict === 'break' ? words.breaks : words.unclear}
    </Status>
  );
}
