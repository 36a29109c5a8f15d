/**
 * What a product promises and for what it may be used, as fields of the contract.
 */
import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Panel } from '../../components/Panel.tsx';
import {
  type ContractForm,
  namesOf,
  type Period,
  put,
  putCustom,
  putPeriod,
  STATUSES,
  UNITS,
  withOwn,
} from './contract-draft.ts';
import classes from './DraftWork.module.css';
import type { Edit } from './DraftWork.tsx';
import { words } from './words-draft.ts';

export interface DraftTermsProps {
  form: ContractForm;
  edit: Edit;
}

export function DraftTerms({ form, edit }: DraftTermsProps) {
  return (
    <Panel title={words.terms}>
      <div className={classes['terms']}>
        <TextInput
          label={words.productTitle}
          value={form.title}
          onChange={({ currentTarget: { value } }) =>
            edit((document) => put(document, ['name'], value))
          }
        />
        <TextInput
          label={words.owner}
          value={form.owner}
          onChange={({ currentTarget: { value } }) =>
            edit((document) => put(document, ['team', 'members', 0, 'username'], value))
          }
        />
        <Textarea
          className={classes['wide'] ?? ''}
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
          label={words.oneRow}
          value={form.granularity}
          onChange={({ currentTarget: { value } }) =>
            edit((document) => putCustom(document, 'weftGranularity', value))
          }
        />
        <Promises form={form} edit={edit} />
      </div>
    </Panel>
  );
}

/** How often, how old, how long, for what; and what the contract says of itself. */
function Promises({ form, edit }: DraftTermsProps) {
  return (
    <>
      <PeriodField label={words.arrives} property="frequency" period={form.frequency} edit={edit} />
      <PeriodField label={words.notOlder} property="latency" period={form.latency} edit={edit} />
      <PeriodField label={words.keptFor} property="retention" period={form.retention} edit={edit} />
      <Purposes form={form} edit={edit} />
      <TextInput
        className={classes['quarter'] ?? ''}
        label={words.version}
        description={words.versionHelp}
        value={form.version}
        onChange={({ currentTarget: { value } }) =>
          edit((document) => put(document, ['version'], value))
        }
      />
      <NativeSelect
        className={classes['quarter'] ?? ''}
        label={words.status}
        description={words.statusHelp}
        value={form.status}
        data={withOwn(STATUSES, form.status)}
        onChange={({ currentTarget: { value } }) =>
          edit((document) => put(document, ['status'], value))
        }
      />
    </>
  );
}

const PURPOSE = /^[a-z][a-z0-9_-]{0,62}$/;

/** What is typed stays as it is, spaces and commas included, as long as it means what the contract has. */
function Purposes({ form, edit }: DraftTermsProps) {
  const [typed, setTyped] = useState(form.purposes);
  const isSame = namesOf(typed).join() === namesOf(form.purposes).join();
  const fault = namesOf(form.purposes).find((name) => !PURPOSE.test(name));
  return (
    <TextInput
      label={words.usedFor}
      description={words.usedForHelp}
      placeholder={words.usedForHint}
      value={isSame ? typed : form.purposes}
      error={fault === undefined ? null : words.noPurpose(fault)}
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

interface PeriodFieldProps {
  label: string;
  property: string;
  period: Period;
  edit: Edit;
}

function PeriodField({ label, property, period, edit }: PeriodFieldProps) {
  const set = (next: Period) =>
    edit(
      (document) => putPeriod(document, property, next),
      next.value === '' ? [] : [` ${property}`],
    );
  return (
    <div className={`${classes['period']} ${classes['third']}`}>
      <TextInput
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
