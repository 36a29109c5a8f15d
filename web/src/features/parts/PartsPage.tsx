/**
 * `/dev/parts`: every part of the app in each of its states, with sample data, for whoever works on it.
 *
 * Invariant: it is in no build that is served (`main.tsx` brings it in development alone), and no part on it asks a mesh.
 */
import { useEffect, useRef, useState } from 'react';
import { AccessParts } from './AccessParts.tsx';
import { ContractParts } from './ContractParts.tsx';
import { DataParts } from './DataParts.tsx';
import { FormParts } from './FormParts.tsx';
import { LookParts } from './LookParts.tsx';
import classes from './PartsPage.module.css';
import { RoomParts } from './RoomParts.tsx';
import { StateParts } from './StateParts.tsx';
import { TrustParts } from './TrustParts.tsx';
import { words } from './words.ts';

export function PartsPage() {
  const body = useRef<HTMLDivElement>(null);
  const names = usePartsIn(body);
  useEffect(() => {
    document.title = words.title;
  }, []);
  return (
    <div className={classes['page']}>
      <nav className={classes['contents']} aria-label={words.contents}>
        <ul>
          {names.map((name) => (
            <li key={name}>
              <a href={`#${name}`}>{name}</a>
            </li>
          ))}
        </ul>
      </nav>
      <main className={classes['main']}>
        <h1>{words.title}</h1>
        <p className={classes['lead']}>{words.lead}</p>
        <div ref={body}>
          <LookParts />
          <TrustParts />
          <AccessParts />
          <ContractParts />
          <FormParts />
          <DataParts />
          <RoomParts />
          <StateParts />
        </div>
      </main>
    </div>
  );
}

/** The names of the parts that are there, as headings of a page make its contents. */
function usePartsIn(body: { current: HTMLElement | null }): readonly string[] {
  const [names, setNames] = useState<readonly string[]>([]);
  useEffect(() => {
    const parts = [...(body.current?.querySelectorAll<HTMLElement>('[data-part]') ?? [])];
    setNames(parts.map(({ id }) => id));
  }, [body]);
  return names;
}
