/**
 * Parts that say whether promises are kept.
 */
import { useState } from 'react';
import { Cloth } from '../../components/Cloth.tsx';
import { ContractLedger } from '../../components/ContractLedger.tsx';
import { Picks } from '../../components/Picks.tsx';
import { Selvedge } from '../../components/Selvedge.tsx';
import { Spark } from '../../components/Spark.tsx';
import { Status, StatusIcon } from '../../components/Status.tsx';
import { Thread } from '../../components/Thread.tsx';
import { Weave } from '../../components/Weave.tsx';
import { clothOf, DYES, WEAVES } from '../../lib/cloth.ts';
import { Group, Part, Row, State } from './Part.tsx';
import classes from './TrustParts.module.css';
import { words } from './words.ts';
import { LEDGER, PICKS, SIDES, SPREADS, STATUSES, THREADS, trust, WEAVE } from './words-trust.ts';

export function TrustParts() {
  return (
    <Group id="trust" title={words.trust}>
      <Threads />
      <Part name="Picks">
        <div className={classes['picks']}>
          {PICKS.map((picks) => (
            <Picks key={`${picks.left} ${picks.allowed}`} {...picks} />
          ))}
        </div>
      </Part>
      <Part name="Status">
        {STATUSES.map(({ kind, says }) => (
          <State key={kind} name={kind}>
            <Row>
              <Status kind={kind}>{says}</Status>
              <StatusIcon kind={kind} />
            </Row>
          </State>
        ))}
        <State name={trust.raised}>
          <Row>
            {STATUSES.map(({ kind, says }) => (
              <Status key={kind} kind={kind} isRaised>
                {says}
              </Status>
            ))}
          </Row>
        </State>
      </Part>
      <Part name="Spark">
        {SPREADS.map(({ name, counts, isVeiled }) => (
          <State key={name} name={name}>
            <Row>
              <Spark counts={counts} label={name} isVeiled={isVeiled} />
              <span className="caption">{isVeiled ? trust.veiled : trust.plain}</span>
            </Row>
          </State>
        ))}
      </Part>
      <Cloths />
      <Part name="Selvedge" isWide>
        <div className={classes['selvedges']}>
          {DOMAINS.filter((_, at) => at % 7 === 0).map((domain) => (
            <Selvedge key={domain} domain={domain} />
          ))}
        </div>
      </Part>
      <Part name="ContractLedger" isWide>
        <ContractLedger rows={LEDGER} caption={trust.ledger} />
      </Part>
      <Part name="Weave" isWide>
        <Weave rows={WEAVE} label={trust.weave} />
        <Days />
      </Part>
    </Group>
  );
}

function Threads() {
  return (
    <Part name="Thread">
      {THREADS.map(({ name, headroom }) => (
        <State key={name} name={name}>
          <Thread headroom={headroom} label={name} />
        </State>
      ))}
      {SIDES.map((side) => (
        <State key={side} name={trust.told(side)}>
          <Thread headroom={null} state={side} label={trust.told(side)} />
        </State>
      ))}
    </Part>
  );
}

function Cloths() {
  return (
    <Part name="Cloth" isWide>
      <div className={classes['cloths']}>
        {DOMAINS.map((domain) => (
          <span key={domain}>
            <Cloth domain={domain} size={40} />
            <Cloth domain={domain} />
            <span className="caption">{nameOfCloth(domain)}</span>
          </span>
        ))}
      </div>
    </Part>
  );
}

function nameOfCloth(domain: string): string {
  const { weave, dye } = clothOf(domain);
  return `${weave} ${dye}`;
}

const TRIED_MAX = 2_000;

/** A domain for each weave in each dye: what a name is woven of is found by trying. */
const DOMAINS = WEAVES.flatMap((weave) =>
  Array.from({ length: DYES }, (_, at) => {
    for (let tried = 0; tried < TRIED_MAX; tried++) {
      const cloth = clothOf(`domain_${tried}`);
      if (cloth.weave === weave && cloth.dye === at + 1) return `domain_${tried}`;
    }
    return [];
  }).flat(),
);

function Days() {
  const [chosen, setChosen] = useState<string | undefined>('2026-11-12');
  return (
    <Weave
      rows={WEAVE.slice(0, 1)}
      label={trust.days}
      hasNames={false}
      chosen={chosen}
      onDay={(_, { day }) => setChosen(day)}
    />
  );
}
