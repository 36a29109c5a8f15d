/**
 * What a product promises and for what it may be used, as fields of the contract.
 */
import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import { plainDecimal } from '@weft/core/lib/decimal-text';
import { memo, useState } from 'react';
import { Panel } from '../../../components/Panel.tsx';
import { isAlike } from './alike.ts';
import {
  type ContractForm,
  namesOf,
  type Period,
  put,
  putBadShare,
  putCustom,
  putPeriod,
  putScope,
  SCOPES,
  STATUSES,
  UNITS,
  withOwn,
} from './contract-draft.ts';
import classes from './DraftWork.module.css';
import type { Edit } from './DraftWork.tsx';
import { type CsvForm, DELIMITERS, ENCODINGS, putCsv } from './drafted-csv.ts';
import { fieldId, type TermFaults, type TermField } from './drafted-faults.ts';
import { delimiterWords, scopeWords, words } from './words-draft.ts';

export interface DraftTermsProps {
  form: ContractForm;
  faults: TermFaults;
  edit: Edit;
}

/** Anew only where the product itself says something else: columns are another part of the form. */
export const DraftTerms = memo(
  WholeTerms,
  (before, now) =>
    before.edit === now.edit &&
    isAlike(before.faults, now.faults) &&
    isAlike({ ...before.form, columns: null }, { ...now.form, columns: null }),
);

function WholeTerms({ form, faults, edit }: DraftTermsProps) {
  const at = placesIn(faults);
  return (
    <Panel title={words.terms}>
      <div className={classes['terms']}>
        <TextInput
          {...at('title')}
          label={words.productTitle}
          value={form.title}
          onChange={({ currentTarget: { value } }) =>
            edit((document) => put(document, ['name'], value))
          }
        />
        <TextInput
          {...at('owner')}
          label={words.owner}
          value={form.owner}
          onChange={({ currentTarget: { value } }) =>
            edit((document) => put(document, ['team', 'members', 0, 'username'], value))
          }
        />
        <Textarea
          className={classes['wide'] ?? ''}
          {...at('purpose')}
          label={words.purpose}
          value={form.purpose}
          rows={2}
          onChange={({ currentTarget: { value } }) =>
            edit(
              (document) => put(document, ['description', 'purpose'], value),
              value === '' ? [] : ['description'],
            )
          }
        />
        <TextInput
          {...at('table')}
          label={words.table}
          value={form.table}
          onChange={({ currentTarget: { value } }) =>
            edit(
              (document) => put(document, ['schema', 0, 'description'], value),
              value === '' ? [] : [' description'],
            )
          }
        />
        <TextInput
          {...at('granularity')}
          label={words.oneRow}
          value={form.granularity}
          onChange={({ currentTarget: { value } }) =>
            edit((document) => putCustom(document, 'weftGranularity', value))
          }
        />
        <Promises form={form} faults={faults} edit={edit} />
      </div>
    </Panel>
  );
}

/** The id of a field, by which the list of faults leads to it, and what is wrong there. */
const placesIn = (faults: TermFaults) => (field: TermField) => ({
  id: fieldId(null, field),
  error: faults[field],
});

/** How often, how old, how long, for what; and what the contract says of itself. */
function Promises({ form, faults, edit }: DraftTermsProps) {
  const at = placesIn(faults);
  return (
    <>
      <PeriodField label={words.arrives} property="frequency" {...{ form, faults, edit }} />
      <PeriodField label={words.notOlder} property="latency" {...{ form, faults, edit }} />
      <PeriodField label={words.keptFor} property="retention" {...{ form, faults, edit }} />
      <Purposes form={form} faults={faults} edit={edit} />
      <BadShare form={form} faults={faults} edit={edit} />
      <TextInput
        className={classes['third'] ?? ''}
        {...at('version')}
        label={words.version}
        description={words.versionHelp}
        value={form.version}
        onChange={({ currentTarget: { value } }) =>
          edit((document) => put(document, ['version'], value))
        }
      />
      <NativeSelect
        className={classes['third'] ?? ''}
        {...at('status')}
        label={words.status}
        description={words.statusHelp}
        value={form.status}
        data={withOwn(STATUSES, form.status)}
        onChange={({ currentTarget: { value } }) =>
          edit((document) => put(document, ['status'], value))
        }
      />
      <NativeSelect
        className={classes['third'] ?? ''}
        {...at('duplicateScope')}
        label={words.scope}
        description={words.scopeHelp}
        value={form.duplicateScope}
        data={withOwn(SCOPES, form.duplicateScope).map((value) => ({
          value,
          label: scopeWords(value),
        }))}
        onChange={({ currentTarget: { value } }) => edit((document) => putScope(document, value))}
      />
      <CsvFields form={form} faults={faults} edit={edit} />
    </>
  );
}

/** What stands between the fields of a CSV file, and how its characters are written. */
function CsvFields({ form: { csv }, faults, edit }: DraftTermsProps) {
  if (csv === null) return <p className={classes['inText']}>{words.csvInText}</p>;
  const choose = (key: keyof CsvForm) => ({
    ...placesIn(faults)(key),
    value: csv[key],
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) =>
      edit((document) => putCsv(document, key, value)),
  });
  return (
    <>
      <NativeSelect
        label={words.csvDelimiter}
        description={words.csvDelimiterHelp}
        data={withOwn(DELIMITERS, csv.delimiter).map((value) => ({
          value,
          label: delimiterWords(value),
        }))}
        {...choose('delimiter')}
      />
      <NativeSelect
        label={words.csvEncoding}
        description={words.csvEncodingHelp}
        data={withOwn(ENCODINGS, csv.encoding)}
        {...choose('encoding')}
      />
    </>
  );
}

const PURPOSE = /^[a-z][a-z0-9_-]{0,62}$/;

/** What is typed stays as it is, spaces and commas included, as long as it means what the contract has. */
function Purposes({ form, faults, edit }: DraftTermsProps) {
  const [typed, setTyped] = useState(form.purposes);
  const isSame = namesOf(typed).join() === namesOf(form.purposes).join();
  const fault = namesOf(form.purposes).find((name) => !PURPOSE.test(name));
  return (
    <TextInput
      id={fieldId(null, 'purposes')}
      label={words.usedFor}
      description={words.usedForHelp}
      placeholder={words.usedForHint}
      value={isSame ? typed : form.purposes}
      error={fault === undefined ? faults.purposes : words.noPurpose(fault)}
      onChange={({ currentTarget: { value } }) => {
        setTyped(value);
        edit(
          (document) => putCustom(document, 'weftPurposes', namesOf(value)),
          value === '' ? [] : ['customProperties weftPurposes'],
        );
      }}
    />
  );
}

/** How much bad is taken: what is typed stays as it is, as long as it means what the contract has. */
function BadShare({ form: { badShare }, faults, edit }: DraftTermsProps) {
  const [typed, setTyped] = useState(badShare ?? '');
  const number = plainDecimal(typed);
  const isSame = typed === badShare || (number !== null && number === plainDecimal(badShare ?? ''));
  return (
    <TextInput
      {...placesIn(faults)('badShare')}
      label={words.badShare}
      description={badShare === null ? words.badShareInText : words.badShareHelp}
      inputMode="decimal"
      disabled={badShare === null}
      value={isSame ? typed : (badShare ?? '')}
      onChange={({ currentTarget: { value } }) => {
        setTyped(value);
        edit((document) => putBadShare(document, value.trim()));
      }}
    />
  );
}

interface PeriodFieldProps extends DraftTermsProps {
  label: string;
  property: 'frequency' | 'latency' | 'retention';
}

function PeriodField({ label, property, form, faults, edit }: PeriodFieldProps) {
  const period = form[property];
  const set = (next: Period) =>
    edit(
      (document) => putPeriod(document, property, next),
      next.value === '' ? [] : [` ${property}`],
    );
  return (
    <div className={`${classes['period']} ${classes['third']}`}>
      <TextInput
        {...placesIn(faults)(property)}
        label={label}
        inputMode="numeric"
        value={period.value}
        onChange={({ currentTarget: { value } }) => set({ ...period, value })}
      />
      <NativeSelect
        aria-label={words.unitOf(label)}
        value={period.unit}
        data={UNIT_CHOICES}
        onChange={({ currentTarget: { value } }) => set({ ...period, unit: value })}
      />
    </div>
  );
}

const UNIT_CHOICES = [
  { value: '', label: words.unit },
  ...UNITS.map((value) => ({ value, label: words.units[value] })),
];
