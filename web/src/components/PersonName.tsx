/**
 * Somebody by name, with the id beside it where it is another: the id is what commands, filters and the log take.
 */
import { usePersonNames } from '../api/names.ts';
import { Breakable } from './Breakable.tsx';

export function PersonName({ id, hasId = true }: { id: string; hasId?: boolean }) {
  const name = usePersonNames([id])(id);
  if (name === id) return <Breakable text={id} />;
  return (
    <>
      {name}
      {hasId ? (
        <>
          {' '}
          <span className="caption">
            <Breakable text={id} />
          </span>
        </>
      ) : null}
    </>
  );
}

/** Several people in a sentence, each by name alone. */
export function PersonNames({ ids }: { ids: readonly string[] }) {
  const nameOf = usePersonNames(ids);
  return <>{ids.map(nameOf).join(', ')}</>;
}
