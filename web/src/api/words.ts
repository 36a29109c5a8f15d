/**
 * What the ways to the mesh say when it answers late, wrongly or not at all.
 */
import { plural } from '../lib/format.ts';

export const words = {
  noAnswer: 'The mesh does not answer',
  noAnswerDetail: 'No answer came from the server.',
  noAnswerRemedy: 'It may be starting again. What you typed is kept.',
  noMesh: 'Something else answered in the place of the mesh',
  noMeshDetail:
    'What came is no answer of the mesh: a page of a network or a proxy, or one that was cut off.',
  noMeshAnswered: (status: number): string =>
    `What came is no answer of the mesh: a network or a proxy answered ${status} in its place.`,
  noMeshRemedy:
    'Sign in to your network where it asks for that, then ask again. What you typed is kept.',
  newerApp: 'A newer version of this app is here',
  newerAppDetail: 'The mesh serves a newer app now, and this page is still the old one.',
  newerAppRemedy: 'Load the page again. What is not sent or saved yet would be lost by that.',
  partMissing: 'A part of this page did not come',
  partMissingRemedy:
    'Load the page again. If it comes back, send the details to the platform team.',
  checking: 'Checking',
  nothingInTable: 'Nothing of it is in the table.',
  answered: (status: number): string => `The server answered ${status}.`,
  ownFault: 'This page met a fault of its own',
  runAgain: 'Run the query again.',
  metLimit: 'The query met a limit',
  brokeOff: 'The answer broke off',
  endedEarly: (code: string): string => `The mesh ended the answer before it was whole (${code}).`,
  askFewer: 'Ask for fewer rows or columns, or group them.',
  runBroken: 'Run it again. What came before the break is shown, and is not the whole answer.',
  sending: 'Sending',
  handingOver: 'Handing over',
  lineBroke: 'The line broke',
  lineBrokeDetail: 'The mesh did not answer for over a minute. What was sent is kept for a day.',
  goOnSame: 'Choose the same file again to go on from there.',
  notTaken: 'The file was not taken',
  fileUnreadableFor: (reason: string): string => `The file cannot be read: ${reason}`,
  fileUnreadable: 'The file cannot be read.',
  workCancelled: 'The work was cancelled',
  workUnfinished: 'The work was not finished',
  files: (count: number): string => plural(count, { one: '# file', other: '# files' }),
  status: (status: number): string => `HTTP ${status}`,
};

/** What to do about a problem in a page, where what the mesh says is for the command line. */
export const REMEDIES: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: 'Sign in again.',
  NOT_FOUND: 'Check the name, or look in the market.',
  FORBIDDEN: 'Ask the owner of the domain, or the platform team.',
  PAYLOAD_TOO_LARGE: 'Send less at once.',
  RATE_LIMITED: 'Wait a moment, and try again.',
  TIMED_OUT: 'Ask for less, or try again later.',
  EXPRESSION_INVALID:
    'Correct what is marked; the fields that can be named are offered as you write.',
  POLICY_INVALID: 'Correct the marked lines.',
  PLAN_REQUIRED: 'Look at what changes for whom first.',
  BATCH_STATE: 'Load the page of the batch anew: it was decided about meanwhile.',
  UPLOAD_OFFSET: 'Choose the file again: it goes on where it ended.',
  PURPOSE_REQUIRED: 'Choose a purpose above.',
  ACCESS_DENIED: 'Ask for access on the page of the product.',
  AGREEMENT_STATE: 'Load the agreement anew: it was decided about meanwhile.',
};
