/**
 * Copying where the clipboard is refused: the text stands in a field, whole and selected, and the way back leads to where
 * one was.
 */
import { screen, waitFor } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { expectAccessible, focused, show } from '../testing/render.tsx';
import { CopyButton } from './CopyButton.tsx';
import { Dialog } from './Dialog.tsx';

const SOURCE = `id: orders\nname: ${'w'.repeat(200)}\n# "ends" here\n`;

const refuse = () =>
  vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new Error('refused'));

test('a text that is copied needs no field', async () => {
  const { user } = await show(<CopyButton label="Copy link" text="http://weft.test/p/a.b" />);
  await user.click(screen.getByRole('button', { name: 'Copy link' }));
  await screen.findByText('Copied', { selector: '[role=status]' });
  expect(await navigator.clipboard.readText()).toBe('http://weft.test/p/a.b');
  expect(screen.queryByRole('dialog')).toBeNull();
});

test('without a clipboard the text stands in a field, whole and selected, with what to do', async () => {
  const { user } = await show(<CopyButton label="Copy source" text={() => SOURCE} />);
  refuse();
  await user.click(screen.getByRole('button', { name: 'Copy source' }));
  const dialog = await screen.findByRole('dialog', { name: 'Not copied yet' });
  expect(dialog.textContent).toContain('copy it by Ctrl C');
  const field = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Text to copy' });
  expect(field.value).toBe(SOURCE);
  expect(field.readOnly).toBe(true);
  await waitFor(() => expect(focused()).toBe(field));
  expect([field.selectionStart, field.selectionEnd]).toEqual([0, SOURCE.length]);
  await expectAccessible();
  await user.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(focused().getAttribute('aria-label')).toBe('Copy source');
});

test('a page without any clipboard, as at an address without a certificate, is no fault', async () => {
  const { user } = await show(<CopyButton label="Copy id" text="bat_1" />);
  vi.spyOn(navigator, 'clipboard', 'get').mockReturnValue(undefined as unknown as Clipboard);
  await user.click(screen.getByRole('button', { name: 'Copy id' }));
  expect(await screen.findByDisplayValue('bat_1')).toBeTruthy();
});

test('Escape closes the field alone, and not the dialog below, which may show a key only once', async () => {
  const onClose = vi.fn();
  const { user } = await show(
    <Dialog title="Keys" onClose={onClose}>
      <CopyButton label="Copy key" text="weft_key" />
    </Dialog>,
  );
  refuse();
  for (const leave of ['{Escape}', '{Tab}{Escape}', '{Tab}{Enter}']) {
    await user.click(screen.getByRole('button', { name: 'Copy key' }));
    await screen.findByRole('dialog', { name: 'Not copied yet' });
    await waitFor(() => expect(focused().tagName).toBe('TEXTAREA'));
    await user.keyboard(leave);
    await waitFor(() =>
      expect(screen.queryByRole('dialog', { name: 'Not copied yet' })).toBeNull(),
    );
    expect(onClose, leave).not.toHaveBeenCalled();
  }
  await user.keyboard('{Escape}');
  expect(onClose).toHaveBeenCalledTimes(1);
});
