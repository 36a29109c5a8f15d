/*
 * Looks whether a port that was asked for is free, before minutes go into installing and building. Plain JavaScript for
 * Node 18+. Not the last word: `weft up` looks again, and says everything else that may be wrong with an address.
 */
'use strict';
const { createServer } = require('node:net');

/** The value of an option, written `--name value` or `--name=value`; the last one counts. */
function optionOf(args, name) {
  let found = null;
  args.forEach((arg, at) => {
    if (arg === name) found = args[at + 1] ?? null;
    else if (arg.startsWith(`${name}=`)) found = arg.slice(name.length + 1);
  });
  return found;
}

/** Ends the process with the code of a wrong use when the asked port is taken; resolves otherwise. */
async function refuseTakenPort(args, env) {
  const text = optionOf(args, '--port') ?? env.WEFT_PORT ?? '';
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) return;
  const host = optionOf(args, '--host') ?? env.WEFT_HOST ?? '127.0.0.1';
  const isTaken = await new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', ({ code }) => resolve(code === 'EADDRINUSE'));
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(false)));
  });
  if (!isTaken) return;
  process.stderr.write(
    `port ${port} is taken\nName another with --port, or leave it out to take the next free one.\n`,
  );
  process.exit(2);
}

module.exports = { refuseTakenPort };
