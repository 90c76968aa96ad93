import type { ControlConnection } from '../control-connection.ts';
import { mustProtectData } from '../protection.ts';
import { Refusal } from '../replies.ts';
import type { Verb } from '../verb.ts';

/** AUTH, PBSZ, PROT, CCC (RFC 2228 §3 as RFC 4217 uses it). */
export const securityVerbs: Readonly<Record<string, Verb>> = {
  AUTH: {
    syntax: 'TLS',
    argument: 'required',
    duringTransfer: 'wait',
    features: ['AUTH TLS'],
    login: 'none',
    run: (control, mechanism) => {
      // `SSL` and `TLS-P` also imply protected data connections, a trap of the drafts before RFC 4217.
      if (!['TLS', 'TLS-C'].includes(mechanism.toUpperCase())) throw new Refusal(504, 'Only AUTH TLS is offered.');
      if (control.secure) throw new Refusal(503, 'TLS is already in use.');
      if (control.state.session !== null) throw new Refusal(503, 'Send AUTH before USER.');
      control.startTls();
    },
  },
  PBSZ: {
    syntax: '0',
    argument: 'required',
    duringTransfer: 'wait',
    features: ['PBSZ'],
    login: 'none',
    run: (control, size) => {
      requireTls(control);
      if (!/^\d{1,10}$/.test(size)) throw new Refusal(501, 'Write PBSZ 0.');
      control.state.bufferSizeSet = true;
      control.reply(200, 'PBSZ=0');
    },
  },
  PROT: {
    syntax: 'P|C',
    argument: 'required',
    duringTransfer: 'wait',
    features: ['PROT'],
    login: 'none',
    run: (control, argument) => {
      requireTls(control);
      if (!control.state.bufferSizeSet) throw new Refusal(503, 'Send PBSZ 0 first.');
      const level = argument.toUpperCase();
      if (level === 'S' || level === 'E') throw new Refusal(536, 'TLS offers PROT P and PROT C only.');
      if (level !== 'P' && level !== 'C') throw new Refusal(504, 'Write PROT P or PROT C.');
      if (level === 'C' && mustProtectData(control)) throw new Refusal(534, 'Data connections must be protected here: PROT P.');
      control.state.protection = level;
      control.reply(200, level === 'P' ? 'Data connections are protected.' : 'Data connections are in clear text.');
    },
  },
  CCC: {
    syntax: '',
    argument: 'none',
    duringTransfer: 'wait',
    login: 'none',
    // What follows would be names and replies that anybody on the way could read and change, which no firewall's ease is worth.
    run: (control) => {
      if (!control.secure) throw new Refusal(533, 'The control connection is not protected.');
      throw new Refusal(534, 'The control connection stays protected here. Leave out CCC.');
    },
  },
};

function requireTls(control: ControlConnection): void {
  if (!control.secure) throw new Refusal(503, 'Send AUTH TLS first.');
}
