import { isIPv6 } from 'node:net';
import { isSameAddress, parseExtendedPort, parsePort, passiveNumbers } from '../addresses.ts';
import type { ControlConnection } from '../control-connection.ts';
import { Refusal } from '../replies.ts';
import type { Verb } from '../verb.ts';

/** Ports below belong to the services of a system: no client waits for its data there, but an attacker may want them talked to. */
const FIRST_CLIENT_PORT = 1024;

/** PASV, PORT (RFC 959 §4.1.2), EPSV, EPRT (RFC 2428). */
export const dataPortVerbs: Readonly<Record<string, Verb>> = {
  PASV: {
    syntax: '',
    argument: 'none',
    duringTransfer: 'wait',
    login: 'required',
    run: async (control) => {
      refuseAfterEpsvAll(control);
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
  PORT: {
    syntax: '<h1,h2,h3,h4,p1,p2>',
    argument: 'required',
    duringTransfer: 'wait',
    login: 'required',
    run: (control, argument) => {
      const target = parsePort(argument);
      if (target === null) throw new Refusal(501, 'Write PORT with six numbers from 0 to 255: four of the address, two of the port.');
      prepareActive(control, target);
    },
  },
  EPRT: {
    syntax: '<|1 or 2|address|port|>',
    argument: 'required',
    duringTransfer: 'wait',
    features: ['EPRT'],
    login: 'required',
    run: (control, argument) => {
      const target = parseExtendedPort(argument);
      if (target === null) throw new Refusal(501, 'Write EPRT |1|address|port| for IPv4 or EPRT |2|address|port| for IPv6.');
      if (target === 'unknown protocol') throw new Refusal(522, 'Network protocol not supported, use (1,2).');
      prepareActive(control, target);
    },
  },
};

/**
 * Only back to the client itself, and to no port of a system's service: otherwise anybody with an account could make this server connect
 * to machines behind its firewall (RFC 2577 §3).
 */
function prepareActive(control: ControlConnection, { address, port }: { readonly address: string; readonly port: number }): void {
  refuseAfterEpsvAll(control);
  if (!isSameAddress(address, control.peer)) {
    control.context.services.log.warn(`refused a data connection to ${address} that ${control.peer} asked for`);
    throw new Refusal(501, `Data connections go to your own address only, which is ${control.peer} here. Use passive mode.`);
  }
  if (port < FIRST_CLIENT_PORT) throw new Refusal(501, `Ports below ${FIRST_CLIENT_PORT} are not connected to. Use passive mode.`);
  control.data.prepareActive(port);
  control.reply(200, 'The next data connection goes to that port.');
}

function refuseAfterEpsvAll(control: ControlConnection): void {
  if (control.state.onlyExtendedPassive) throw new Refusal(503, 'EPSV ALL was sent: use EPSV.');
}
