import { isIPv6 } from 'node:net';
import { passiveNumbers } from '../addresses.ts';
import { Refusal } from '../replies.ts';
import type { Verb } from '../verb.ts';

/** PASV (RFC 959 §4.1.2) and EPSV (RFC 2428 §3). */
export const dataPortVerbs: Readonly<Record<string, Verb>> = {
  PASV: {
    syntax: '',
    argument: 'none',
    duringTransfer: 'wait',
    login: 'required',
    run: async (control) => {
      if (control.state.onlyExtendedPassive) throw new Refusal(503, 'EPSV ALL was sent: use EPSV.');
      if (isIPv6(control.own)) throw new Refusal(425, 'PASV cannot tell an IPv6 address. Use EPSV.');
      const port = await control.data.openPassive(control.own);
      const address = await control.context.publicAddress.announcedTo(control.peer, control.own);
      control.reply(227, `Entering passive mode (${passiveNumbers(address, port)}).`);
    },
  },
  EPSV: {
    syntax: '[1|2|ALL]',
    argument: 'optional',
    duringTransfer: 'wait',
    features: ['EPSV'],
    login: 'required',
    run: async (control, argument) => {
      if (argument.toUpperCase() === 'ALL') {
        control.state.onlyExtendedPassive = true;
        control.reply(200, 'From now on EPSV only.');
        return;
      }
      const own = isIPv6(control.own) ? '2' : '1';
      if (argument !== '' && argument !== own) throw new Refusal(522, `Network protocol not supported here, use (${own}).`);
      const port = await control.data.openPassive(control.own);
      control.reply(229, `Entering extended passive mode (|||${port}|).`);
    },
  },
};
