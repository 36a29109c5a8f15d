/**
 * The short forms of a policy: what holds beside its rules, for every one of them.
 */
import { Textarea } from '@mantine/core';
import { Panel } from '../../components/Panel.tsx';
import { TokenInput } from '../../components/TokenInput.tsx';
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
          placeholder="all rows; or a condition such as country in ('DE', 'AT')"
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
    </Panel>
  );
}
