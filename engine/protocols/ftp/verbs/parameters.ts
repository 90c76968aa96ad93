import { HASH_NAMES } from '../hashes.ts';
import { FACTS, type Fact } from '../listing.ts';
import type { ControlConnection } from '../control-connection.ts';
import { Refusal } from '../replies.ts';
import type { Verb } from '../verb.ts';

const language: Verb = {
  syntax: '[EN]',
  argument: 'optional',
  duringTransfer: 'wait',
  features: ['LANG EN*'],
  login: 'none',
  run: (control, tag) => {
    if (!/^(?:EN(?:-[A-Z0-9]{1,8})*)?$/i.test(tag)) throw new Refusal(504, 'Replies are in English only: LANG EN.');
    control.reply(200, 'Replies are in English.');
  },
};

/** TYPE, STRU, MODE, ALLO, REST (RFC 959 §4.1.2, RFC 3659 §5), RANG (draft-bryan-ftp-range), OPTS (RFC 2389), CLNT, LANG (RFC 2640). */
export const parameterVerbs: Readonly<Record<string, Verb>> = {
  TYPE: {
    syntax: 'A|I',
    argument: 'required',
    duringTransfer: 'wait',
    login: 'none',
    run: (control, argument) => {
      const type = argument.toUpperCase();
      if (!['A', 'A N', 'I', 'L 8'].includes(type)) throw new Refusal(504, 'Write TYPE A or TYPE I.');
      // As vsftpd does by default, TYPE A is accepted and files are sent as they are: a file that changed its line ends on the way is a
      // damaged file, and resuming one cannot work. Listings have CR LF in both types.
      control.state.type = type.startsWith('A') ? 'A' : 'I';
      control.reply(200, control.state.type === 'A' ? 'Type is ASCII; files are sent unchanged.' : 'Type is binary.');
    },
  },
  STRU: only('F', 'Only file structure is offered: STRU F.'),
  MODE: only('S', 'Only stream mode is offered: MODE S.'),
  ALLO: {
    syntax: '<bytes>',
    argument: 'required',
    duringTransfer: 'wait',
    login: 'required',
    run: (control, argument) => {
      const size = /^(\d{1,15})(?: R \d+)?$/i.exec(argument)?.[1];
      if (size === undefined) throw new Refusal(501, 'Write ALLO and a number of bytes.');
      control.state.allocated = Number(size);
      control.reply(200, 'Noted: an upload with fewer bytes will count as incomplete.');
    },
  },
  REST: {
    syntax: '<offset>',
    argument: 'required',
    duringTransfer: 'wait',
    features: ['REST STREAM'],
    login: 'required',
    run: (control, argument) => {
      if (!/^\d{1,15}$/.test(argument)) throw new Refusal(501, 'Write REST and a number of bytes.');
      control.state.restartAt = Number(argument);
      control.state.range = null;
      control.reply(350, `The next transfer starts at ${control.state.restartAt}.`);
    },
  },
  RANG: {
    syntax: '<first byte> <last byte>',
    argument: 'required',
    duringTransfer: 'wait',
    features: ['RANG STREAM'],
    login: 'required',
    run: (control, argument) => {
      const numbers = /^(\d{1,15}) (\d{1,15})$/.exec(argument);
      if (numbers === null) throw new Refusal(501, 'Write RANG and the first and the last byte, counted from 0.');
      const [first, last] = [Number(numbers[1]), Number(numbers[2])];
      if (first === 1 && last === 0) {
        control.state.range = null;
        control.reply(350, 'The next download is whole again.');
        return;
      }
      if (last < first) throw new Refusal(501, 'The last byte comes before the first. RANG 1 0 takes a range back.');
      control.state.range = { from: first, to: last + 1 };
      control.state.restartAt = 0;
      control.reply(350, `The next download has the bytes ${first} to ${last}.`);
    },
  },
  OPTS: {
    syntax: 'UTF8 ON | MLST <facts> | HASH <algorithm>',
    argument: 'required',
    duringTransfer: 'wait',
    features: ['UTF8'],
    login: 'none',
    run: (control, argument) => {
      const space = argument.indexOf(' ');
      const option = (space === -1 ? argument : argument.slice(0, space)).toUpperCase();
      const value = space === -1 ? '' : argument.slice(space + 1);
      if (option === 'MLST') chooseFacts(control, value);
      else if (option === 'HASH') chooseHash(control, value);
      else if (option === 'UTF8' || option === 'UTF-8') keepUtf8(control, value);
      else throw new Refusal(501, 'Options exist for UTF8, MLST and HASH only.');
    },
  },
  CLNT: {
    syntax: '<client name>',
    argument: 'required',
    duringTransfer: 'wait',
    features: ['CLNT'],
    login: 'none',
    run: (control, name) => {
      control.state.client = name.slice(0, 255);
      control.reply(200, 'Noted.');
    },
  },
  LANG: language,
};

function only(value: string, refusal: string): Verb {
  return {
    syntax: value,
    argument: 'required',
    duringTransfer: 'wait',
    login: 'none',
    run: (control, argument) => {
      if (argument.toUpperCase() !== value) throw new Refusal(504, refusal);
      control.reply(200, 'OK.');
    },
  };
}

/** `OPTS MLST type;size;` (RFC 3659 §7.9): facts that are not known are ignored, the reply names those that remain. */
function chooseFacts(control: ControlConnection, value: string): void {
  const asked = new Set(value.split(';').map((fact) => fact.trim().toLowerCase()));
  const chosen: Fact[] = FACTS.filter((fact) => asked.has(fact));
  control.state.facts = new Set(chosen);
  control.reply(200, `MLST OPTS ${chosen.map((fact) => `${fact};`).join('')}`.trimEnd());
}

/** `OPTS HASH [algorithm]`: the answer names the one that is in use. */
function chooseHash(control: ControlConnection, value: string): void {
  if (value !== '') {
    const chosen = HASH_NAMES.find((name) => name === value.toUpperCase());
    if (chosen === undefined) throw new Refusal(504, `HASH knows ${HASH_NAMES.join(', ')}.`);
    control.state.hash = chosen;
  }
  control.reply(200, control.state.hash);
}

function keepUtf8(control: ControlConnection, value: string): void {
  if (value.toUpperCase() === 'OFF') throw new Refusal(504, 'Names are always UTF-8 here (RFC 2640).');
  control.reply(200, 'Names are UTF-8.');
}
