/**
 * The short forms of a policy: what holds beside its rules, for every one of them.
 */
import { Textarea } from '@mantine/core';
import { Fragment } from 'react';
import { Panel } from '../../components/Panel.tsx';
import { TokenInput } from '../../components/TokenInput.tsx';
import { formatName, plural } from '../../lib/format.ts';
import type { PolicyContent } from './policy-queries.ts';
import classes from './ShortForms.module.css';
import type { Vocabulary } from './use-vocabulary.ts';

export interface ShortFormsProps {
  content: PolicyContent;
  words: Vocabulary;
  mayChange: boolean;
  onChange(part: Partial<PolicyContent>): void;
}

export function ShortForms({ content, words, mayChange, onChange }: ShortFormsProps) {
  const { rowFilter, hiddenClassifications, autoApprovePurposes, subjectAttributes } = content;
  return (
    <Panel title="Beside the rules">
      <div className={classes['grid']}>
        <Textarea
          label="The only rows that consumers get"
          placeholder={mayChange ? "all rows, or country in ('DE', 'AT')" : 'all rows'}
          autosize
          minRows={1}
          readOnly={!mayChange}
          classNames={{ input: 'mono' }}
          value={rowFilter ?? ''}
          onChange={({ currentTarget: { value } }) =>
            onChange({ rowFilter: value === '' ? null : value })
          }
        />
        <TokenInput
          label="Classes that do not exist for consumers"
          values={hiddenClassifications}
          suggestions={words.classes}
          readOnly={!mayChange}
          onChange={(values) => onChange({ hiddenClassifications: values })}
        />
        <TokenInput
          label="Purposes that are approved at once"
          values={autoApprovePurposes}
          suggestions={words.purposes}
          readOnly={!mayChange}
          onChange={(values) => onChange({ autoApprovePurposes: values })}
        />
        <TokenInput
          label="Attributes of readers that nobody has yet"
          values={subjectAttributes}
          readOnly={!mayChange}
          onChange={(values) => onChange({ subjectAttributes: values })}
        />
      </div>
      {Object.keys(content.sets).length === 0 ? null : <Sets sets={content.sets} />}
    </Panel>
  );
}

/** Why not changed here: a list is read with the rights of whoever applies it, and files say how. */
function Sets({ sets }: { sets: PolicyContent['sets'] }) {
  return (
    <section className={classes['sets']}>
      <h3>Sets that rules can ask</h3>
      <dl>
        {Object.entries(sets).map(([name, set]) => (
          <Fragment key={name}>
            <dt className="mono">{name}</dt>
            <dd>{setWords(set)}</dd>
          </Fragment>
        ))}
      </dl>
      <p className="caption">
        They come through every change here as they are; a policy file changes them.
      </p>
    </section>
  );
}

function setWords(set: PolicyContent['sets'][string]): string {
  const { from, key, subject, where, purpose, values } = set;
  if (typeof from !== 'string') {
    const count = Array.isArray(values) ? values.length : Object.keys(values ?? {}).length;
    return Array.isArray(values)
      ? plural(count, { one: '# value, written down', other: '# values, written down' })
      : plural(count, { one: 'written down for # reader', other: 'written down for # readers' });
  }
  const whose = typeof subject === 'string' ? ` of each ${subject}` : '';
  const which = typeof where === 'string' ? ` where ${where}` : '';
  return `${String(key)}${whose} from ${from}${which}, read for ${formatName(String(purpose)).toLowerCase()}`;
}
