/**
 * The purposes that can be asked for, with what each would show; those that cannot, with the reason.
 */

import { treatmentSummary, treatmentsOf } from '../../components/treatment.ts';
import { formatName } from '../../lib/format.ts';
import type { PurposeOffer } from './offers.ts';
import classes from './RequestPage.module.css';
import { words } from './words.ts';

export interface PurposeCardsProps {
  offers: readonly PurposeOffer[];
  columns: readonly string[];
  chosen: string | null;
  onChoose(purpose: string): void;
}

export function PurposeCards({ offers, columns, chosen, onChoose }: PurposeCardsProps) {
  return (
    <fieldset className={classes['purposes']}>
      <legend>{words.purposeQuestion}</legend>
      {offers.map((offer) => (
        <label
          key={offer.purpose}
          className={classes['purpose']}
          data-chosen={offer.purpose === chosen || undefined}
          data-closed={!offer.isAllowed || undefined}
        >
          <input
            type="radio"
            name="purpose"
            value={offer.purpose}
            checked={offer.purpose === chosen}
            disabled={!offer.isAllowed}
            onChange={() => onChoose(offer.purpose)}
          />
          <span>
            <b>{formatName(offer.purpose)}</b>
            <span className={classes['about']}>{aboutOf(offer, columns)}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function aboutOf(offer: PurposeOffer, columns: readonly string[]): string {
  if (!offer.isAllowed) return words.notAllowed;
  if (offer.explained === null) return words.askingWould;
  if (offer.view === null) return words.showsNothing;
  const seen = treatmentSummary(treatmentsOf(offer.view, columns));
  return offer.agreement === null ? words.columnsSeen(seen) : words.hasIt(seen);
}
