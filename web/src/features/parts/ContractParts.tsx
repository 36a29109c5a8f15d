/**
 * Parts about versions of a contract: what changed, both texts, how long the old one serves.
 */
import { Code } from '../../components/Code.tsx';
import { ContractChanges } from '../../components/ContractChanges.tsx';
import { Diff } from '../../components/diff/Diff.tsx';
import { SunsetLine } from '../../components/SunsetLine.tsx';
import { TextPair } from '../../components/TextPair.tsx';
import classes from './ContractParts.module.css';
import { Group, Part, State } from './Part.tsx';
import { words } from './words.ts';
import { AFTER, BEFORE, CHANGES, contract, SUNSETS } from './words-contract.ts';

export function ContractParts() {
  return (
    <Group id="contract" title={words.contract}>
      <Part name="ContractChanges" isWide>
        <ContractChanges changes={CHANGES} />
      </Part>
      <Part name="Diff" isWide>
        <Diff
          before={BEFORE}
          after={AFTER}
          beforeLabel={contract.serving}
          afterLabel={contract.proposed}
        />
      </Part>
      <Part name="TextPair" isWide>
        <TextPair
          left={{ title: contract.serving, text: BEFORE }}
          right={{ title: contract.proposed, text: AFTER }}
          label={contract.textPair}
        />
      </Part>
      <Part name="SunsetLine" isWide>
        <div className={classes['sunsets']}>
          {SUNSETS.map(({ name, ...times }) => (
            <State key={name} name={name}>
              <SunsetLine {...times} />
            </State>
          ))}
        </div>
      </Part>
      <Part name="Code">
        <Code text={BEFORE} label={contract.code} />
      </Part>
    </Group>
  );
}
