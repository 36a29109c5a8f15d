/**
 * What the chosen purpose would show, and the smallest change that would show more.
 */
import { Button } from '@mantine/core';
import type { ContractProperty } from '@weft/core/contract/model';
import { Empty } from '../../components/Empty.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { formatName } from '../../lib/format.ts';
import type { PurposeOffer } from './offers.ts';
import classes from './RequestPage.module.css';
import { SeenPreview } from './SeenPreview.tsx';
import { moreShown } from './smallest-change.ts';
import { words } from './words.ts';

export interface PreviewProps {
  offers: readonly PurposeOffer[];
  chosen: PurposeOffer | null;
  properties: readonly ContractProperty[];
  only: readonly string[] | null;
  grain: string | null;
  onChoose(purpose: string): void;
}

export function Preview({ offers, chosen, properties, only, grain, onChoose }: PreviewProps) {
  if (chosen === null) return null;
  if (chosen.explained === null) return <Skeleton height={420} lines={9} label={words.asking} />;
  if (chosen.view === null) return <Nothing chosen={chosen} />;
  const more = moreShown(chosen, offers);
  return (
    <>
      <SeenPreview
        title={words.preview}
        view={chosen.view}
        properties={properties}
        only={only}
        grain={grain}
      />
      {more === null ? null : (
        <div className={classes['more']}>
          <div>
            <h3>{words.need(more.columns.join(', '))}</h3>
            <p>{words.smallest(formatName(more.purpose).toLowerCase())}</p>
          </div>
          <Button variant="default" onClick={() => onChoose(more.purpose)}>
            {words.lookAt(formatName(more.purpose).toLowerCase())}
          </Button>
        </div>
      )}
    </>
  );
}

function Nothing({ chosen }: { chosen: PurposeOffer }) {
  const edits = chosen.explained?.change?.edits ?? [];
  return (
    <Empty title={words.nothing}>
      {edits.length === 0 ? words.nobody : words.itTakes(edits.map(({ text }) => text))}
    </Empty>
  );
}
