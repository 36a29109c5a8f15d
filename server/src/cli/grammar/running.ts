/**
 * Commands that start Weft, say who asks, and diagnose.
 */
import { ROLES } from '@weft/core/registry/types';
import type { CommandSpec, OptionSpec } from '../command.ts';

const serve = () => import('../commands/serve.ts');
const doctor = () => import('../commands/doctor.ts');
const open = () => import('../commands/open.ts');
const session = () => import('../commands/session.ts');

const SERVE: readonly OptionSpec[] = [
  { flags: '--data <dir>', text: 'data directory' },
  { flags: '--port <port>', text: 'port; without it 8787 or the next free one' },
  { flags: '--host <address>', text: 'address to listen on (default 127.0.0.1)' },
  { flags: '--store <url>', text: 'postgres:// URL instead of the embedded store' },
];

const OIDC: OptionSpec = {
  flags: '--oidc <file>',
  text: 'settings of the identity provider, or the address of its issuer (else WEFT_OIDC)',
};

export const RUNNING: readonly CommandSpec[] = [
  {
    path: 'up',
    summary: 'start a whole mesh in this process',
    example: 'weft up --example cpg',
    options: [
      ...SERVE,
      OIDC,
      { flags: '--example <name>', text: 'load this example mesh first', choices: ['cpg'] },
    ],
    load: async () => (await serve()).up,
  },
  {
    path: 'control',
    summary: 'start the control plane alone',
    example: 'weft control --data ./control --port 8787',
    options: [...SERVE, OIDC],
    load: async () => (await serve()).control,
  },
  {
    path: 'node',
    summary: 'start a domain node alone; WEFT_NODE_TOKEN holds a token of the role node',
    example:
      'weft node --control http://127.0.0.1:8787 --domains loyalty --data ./loyalty --port 8788',
    options: [
      ...SERVE,
      { flags: '--control <url>', text: 'address of the control plane' },
      { flags: '--domains <names>', text: 'domains that this node holds, separated by commas' },
      { flags: '--url <url>', text: 'where clients reach it (default: where it listens)' },
    ],
    load: async () => (await serve()).node,
  },
  {
    path: 'login',
    args: '<url>',
    summary: 'remember a mesh, your token there, and its root key',
    example: 'weft login http://127.0.0.1:8787 --token "$TOKEN"',
    options: [
      {
        flags: '--token <token>',
        text: 'token or API key (else WEFT_TOKEN); - reads standard input',
      },
      { flags: '--oidc', text: 'sign in at the identity provider of the mesh, in a browser' },
      {
        flags: '--callback-port <port>',
        text: 'with --oidc: port of 127.0.0.1 to come back to (default: any)',
      },
      {
        flags: '--client <id>',
        text: 'sign in as a program of the provider; its secret in WEFT_OIDC_CLIENT_SECRET',
      },
      { flags: '--trust <key>', text: 'root key that the mesh must show' },
    ],
    load: async () => (await session()).login,
  },
  {
    path: 'open',
    summary: 'print a link that signs a browser in as you, once',
    example: 'weft open --as analyst',
    options: [
      { flags: '--for <subject>', text: 'as this user of the mesh (platform only)' },
      { flags: '--seconds <n>', text: 'how long the link holds, 30 to 3600 (default 300)' },
      { flags: '--browser', text: 'open it in the browser of this machine' },
    ],
    load: async () => (await open()).open,
  },
  {
    path: 'whoami',
    summary: 'who this command line is',
    example: 'weft whoami',
    load: async () => (await session()).whoami,
  },
  {
    path: 'doctor',
    summary:
      'check this installation and, when it runs, the mesh; with --deep prove the data directory of a mesh that is stopped',
    example: 'weft doctor --deep --data ./data',
    options: [
      {
        flags: '--deep',
        text: 'prove every pointer, file, hash, count, sequence and audit link of a data directory',
      },
      { flags: '--repair', text: 'with --deep: repair what is safe, and say what was done' },
      { flags: '--data <dir>', text: 'data directory' },
      { flags: '--store <url>', text: 'postgres:// URL instead of the embedded store' },
    ],
    load: async () => (await doctor()).doctor,
  },
  {
    path: 'completion',
    args: '<shell>',
    summary: 'completion script for bash, zsh or fish',
    example: 'weft completion bash > /etc/bash_completion.d/weft',
    load: async () => (await session()).completion,
  },
  {
    path: 'token',
    args: '<subject>',
    summary: 'issue a token for a subject, with a role for a new one (platform only)',
    example: 'weft token ana --role consumer --ttl P30D --as platform',
    options: [
      { flags: '--ttl <duration>', text: 'how long it holds (default P30D)' },
      {
        flags: '--role <role>',
        text: 'registers the subject with this role (several times)',
        many: true,
        choices: ROLES,
      },
      {
        flags: '--domain <name>',
        text: 'domain that its roles are for (several times)',
        many: true,
      },
      { flags: '--name <text>', text: 'name for people' },
    ],
    load: async () => (await session()).token,
  },
];
