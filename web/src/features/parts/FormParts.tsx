/**
 * Parts to ask, type, choose and copy with.
 */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { CopyButton } from '../../components/CopyButton.tsx';
import { CopyByHand } from '../../components/CopyByHand.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Editor } from '../../components/editor/Editor.tsx';
import { KeysDialog } from '../../components/KeysDialog.tsx';
import { LinkButton } from '../../components/LinkButton.tsx';
import { ProductField } from '../../components/ProductField.tsx';
import { Split } from '../../components/Split.tsx';
import { TokenInput } from '../../components/TokenInput.tsx';
import classes from './FormParts.module.css';
import { Group, Part, Row } from './Part.tsx';
import { words } from './words.ts';
import { PERSON } from './words-access.ts';
import { FAULT, forms, POLICY, PURPOSES, SQL, TOKENS } from './words-forms.ts';

export function FormParts() {
  return (
    <Group id="forms" title={words.forms}>
      <Tokens />
      <Part name="ProductField">
        <Product />
      </Part>
      <Part name="CopyButton">
        <Row>
          <code>{forms.copied}</code>
          <CopyButton label={forms.copy} text={forms.copied} />
        </Row>
      </Part>
      <Dialogs />
      <Part name="LinkButton">
        <Row>
          <LinkButton link={{ to: '/market' }} variant="default">
            {forms.leads}
          </LinkButton>
        </Row>
      </Part>
      <Part name="Split">
        <div className={classes['split']}>
          <Split
            direction="row"
            initial={40}
            label={forms.split}
            first={<p>{forms.left}</p>}
            second={<p>{forms.right}</p>}
          />
        </div>
      </Part>
      <Part name="Editor" isWide>
        <Written />
        <Editor value={POLICY} language="cedar" label={forms.cedar} readOnly minHeight={110} />
      </Part>
    </Group>
  );
}

function Tokens() {
  const [values, setValues] = useState<string[]>(TOKENS);
  const [doubted, setDoubted] = useState<string[]>(PURPOSES);
  return (
    <Part name="TokenInput">
      <TokenInput
        label={forms.withValues}
        values={values}
        onChange={setValues}
        suggestions={PURPOSES}
      />
      <TokenInput
        label={forms.doubted}
        values={doubted}
        onChange={setDoubted}
        doubt={doubted.length > 2 ? forms.doubt : null}
      />
      <TokenInput label={forms.readOnly} values={TOKENS} onChange={() => {}} readOnly />
      <TokenInput
        label={forms.none}
        values={[]}
        onChange={() => {}}
        placeholder={forms.placeholder}
      />
    </Part>
  );
}

function Product() {
  const [product, setProduct] = useState('loyalty.households');
  return <ProductField label={forms.product} value={product} onChange={setProduct} />;
}

function Written() {
  const [text, setText] = useState(SQL);
  return (
    <Editor
      value={text}
      onChange={setText}
      language="sql"
      label={forms.sql}
      diagnostics={text === SQL ? [FAULT] : []}
      minHeight={110}
    />
  );
}

type Opened = 'dialog' | 'keys' | 'field';

/** What stands above a page, opened by a button: several at once would be none. */
function Dialogs() {
  const [opened, setOpened] = useState<Opened | null>(null);
  const close = () => setOpened(null);
  return (
    <>
      <Part name="Dialog">
        <Row>
          <Button variant="default" onClick={() => setOpened('dialog')}>
            {words.openDialog}
          </Button>
        </Row>
      </Part>
      <Part name="CopyByHand">
        <Row>
          <Button variant="default" onClick={() => setOpened('field')}>
            {words.openField}
          </Button>
        </Row>
      </Part>
      <Part name="KeysDialog">
        <Row>
          <Button variant="default" onClick={() => setOpened('keys')}>
            {words.openKeys}
          </Button>
        </Row>
      </Part>
      {opened === 'dialog' ? (
        <Dialog title={words.dialogTitle} onClose={close}>
          <p>{words.dialogText}</p>
        </Dialog>
      ) : null}
      {opened === 'field' ? <CopyByHand text={forms.copied} onClose={close} /> : null}
      {opened === 'keys' ? <KeysDialog subject={PERSON.id} onClose={close} /> : null}
    </>
  );
}
