/**
 * The changes between two versions of a contract, each with its verdict for those who read and for those who produce.
 */
import type { ContractChange, ContractDiff } from '../api/contract-diff.ts';
import { formatNumber, plural } from '../lib/format.ts';
import classes from './ContractChanges.module.css';
import { ScrollArea } from './ScrollArea.tsx';
import { Status } from './Status.tsx';

/** The finding of a comparison, as its heading. */
export function diffFinding({ changes, bump }: Pick<ContractDiff, 'changes' | 'bump'>): string {
  const breaking = changes.filter(({ consumer }) => consumer === 'break').length;
  if (changes.length === 0) return 'Nothing changed that anybody reads';
  const all = plural(changes.length, { one: '# change', other: '# changes' });
  if (breaking === 0) return `${all}, none breaks a reader: a ${bump} version`;
  return `${all}, ${plural(breaking, { one: '# breaks readers', other: '# break readers' })}: a ${bump} version`;
}

export function ContractChanges({ changes }: { changes: readonly ContractChange[] }) {
  return (
    <ScrollArea className={classes['scroll']} label="The changes, as a table">
      <table className={classes['table']}>
        <caption className="unseen">
          Changes with their verdict for consumers and for producers
        </caption>
        <thead>
          <tr>
            <th scope="col">Change</th>
            <th scope="col">Consumers: old reader, new data</th>
            <th scope="col">Producer: old pipeline, new contract</th>
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
      {value.length <= SHOWN ? '' : ` (${formatNumber(lengthOf(value))} characters)`}{' '}
      {allowedBy === 'before' ? 'was allowed and is refused now' : 'was refused and is allowed now'}
    </span>
  );
}

/** Characters of the value itself: a text's quotes are not its own. */
function lengthOf(value: string): number {
  const read: unknown = JSON.parse(value);
  return typeof read === 'string' ? [...read].length : value.length;
}

function Verdict({ verdict }: { verdict: ContractChange['consumer'] }) {
  if (verdict === 'safe') return <Status kind="kept">safe</Status>;
  return (
    <Status kind={verdict === 'break' ? 'missed' : 'close'}>
      {verdict === 'break' ? 'breaks' : 'look at it'}
    </Status>
  );
}
