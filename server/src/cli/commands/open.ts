/**
 * `open`: a link that signs a browser in, once. It is printed; a browser is started only when that was asked for.
 */
import { spawn } from 'node:child_process';
import { WeftError } from '@weft/core/lib/error';
import type { CommandContext } from '../command.ts';

const SECONDS_MIN = 30;
const SECONDS_MAX = 3600;

export async function open(context: CommandContext): Promise<undefined> {
  const { options, out } = context;
  const client = context.api();
  const json = { subject: options.text('for'), seconds: readSeconds(options.text('seconds')) };
  const link = await client.call<{ url: string; expires: string }>(
    'POST',
    '/api/v1/sign-in-links',
    { json },
  );
  const url = new URL(link.url, client.url).href;
  out.document({ url, expires: link.expires }, () => url);
  out.say(`Holds once, until ${link.expires}.`);
  if (options.flag('browser')) await openBrowser(url);
  return undefined;
}

function readSeconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds >= SECONDS_MIN && seconds <= SECONDS_MAX) return seconds;
  throw new WeftError('USAGE', `--seconds "${text}" is no time that a link can hold`, {
    remedy: `Give a whole number from ${SECONDS_MIN} to ${SECONDS_MAX}.`,
  });
}

const OPENERS: Partial<Record<NodeJS.Platform, { command: string; args: string[] }>> = {
  darwin: { command: 'open', args: [] },
  win32: { command: 'rundll32', args: ['url.dll,FileProtocolHandler'] },
};

/** Hands the link to the desktop. Throws UNAVAILABLE when there is none. */
async function openBrowser(url: string): Promise<void> {
  const { command, args } = OPENERS[process.platform] ?? { command: 'xdg-open', args: [] };
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) =>
      reject(
        new WeftError('UNAVAILABLE', `no browser can be started here: ${command} is missing`, {
          remedy: 'Open the printed link yourself.',
          cause,
        }),
      ),
    );
  });
  child.unref();
}
