/**
 * The short forms of a policy: what holds beside its rules, for every one of them.
 */
import { Textarea } from '@mantine/core';
import { Panel } from '../../components/Panel.tsx';
import { TokenInput } from '../../components/TokenInput.tsx';
import type { PolicyContent } from './policy-queries.ts';
import classes from './ShortForms.module.css';
import type { Vocabulary } from './use-vocabulary.ts';
import { purposeDoubt, words } from './words-forms.ts';

export interface ShortFormsProps {
  content: PolicyContent;
  vocabulary: Vocabulary;
  mayChange: boolean;
  onChange(part: Partial<PolicyContent>): void;
}

export function ShortForms({ content, vocabulary, mayChange, onChange }: ShortFormsProps) {
  const { rowFilter, hiddenClassifications, autoApprovePurposes, subjectAttributes } = content;
  return (
    <Panel title={words.beside}>
      <div className={classes['grid']}>
        <Textarea
          label={words.onlyRows}
          placeholder={mayChange ? words.onlyRowsHint : words.allRows}
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
          label={words.hiddenClasses}
          values={hiddenClassifications}
          suggestions={vocabulary.classes}
          readOnly={!mayChange}
          onChange={(values) => onChange({ hiddenClassifications: values })}
        />
        <TokenInput
          label={words.atOncePurposes}
          values={autoApprovePurposes}
          suggestions={vocabulary.purposes}
          doubt={purposeDoubt(autoApprovePurposes, vocabulary.purposes)}
          readOnly={!mayChange}
          onChange={(values) => onChange({ autoApprovePurposes: values })}
        />
        <TokenInput
          label={words.attributes}
          values={subjectAttributes}
          readOnly={!mayChange}
          onChange={(values) => onChange({ subjectAttributes: values })}
        />
      </div>
    </Panel>
  );
}
