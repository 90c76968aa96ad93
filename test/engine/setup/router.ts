import { once } from 'node:events';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What a router made for a test answers; what is left out it does not speak. */
export type RouterBehaviour = {
  readonly natPmp?: string;
  readonly pcp?: string;
  readonly upnp?: string;
  /** Answers to the first requests are lost. */
  readonly lost?: number;
  /** Replaces the LOCATION of the answer to a search. */
  readonly location?: string;
  /** Replaces the description of the device. */
  readonly description?: string;
};

export type TestRouter = {
  readonly pcpPort: number;
  readonly search: { readonly address: string; readonly port: number };
  /** MAP requests as they came in: their lifetimes in seconds. */
  readonly lifetimes: number[];
};

/** A router on the loopback address: PCP and NAT-PMP on one UDP port, SSDP on another, UPnP's description and control over HTTP. */
export async function startRouter(behaviour: RouterBehaviour): Promise<TestRouter> {
  const lifetimes: number[] = [];
  let lost = behaviour.lost ?? 0;
  const pcp = await listenUdp((message, from, socket) => {
    if (lost-- > 0) return;
    const answer = message[0] === 0 ? natPmpAnswer(behaviour) : pcpAnswer(message, behaviour, lifetimes);
    if (answer !== null) socket.send(answer, from.port, from.address);
  });
  const http = behaviour.upnp === undefined ? 0 : await serveUpnp(behaviour.upnp, behaviour.description);
  const search = await listenUdp((message, from, socket) => {
    if (http === 0 || !message.toString().startsWith('M-SEARCH')) return;
    const location = behaviour.location ?? `http://127.0.0.1:${http}/root/description.xml`;
    socket.send(`HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nLOCATION: ${location}\r\n\r\n`, from.port, from.address);
  });
  return { pcpPort: pcp, search: { address: '127.0.0.1', port: search }, lifetimes };
}

async function listenUdp(answer: (message: Buffer, from: RemoteInfo, socket: Socket) => void): Promise<number> {
  const socket = createSocket('udp4');
  socket.on('message', (message, from) => answer(message, from, socket));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  return socket.address().port;
}

/** RFC 6886 §3.2. */
function natPmpAnswer({ natPmp }: RouterBehaviour): Buffer | null {
  if (natPmp === undefined) return null;
  return Buffer.concat([Buffer.of(0, 128, 0, 0, 0, 0, 0, 1), Buffer.from(natPmp.split('.').map(Number))]);
}

/** RFC 6887 §7.2, §11.1; a router that only speaks NAT-PMP says so in version 0. */
function pcpAnswer(request: Buffer, { pcp, natPmp }: RouterBehaviour, lifetimes: number[]): Buffer | null {
  if (pcp === undefined) return natPmp === undefined ? null : Buffer.of(0, 0x81, 0, 1, 0, 0, 0, 1);
  lifetimes.push(request.readUInt32BE(4));
  const answer = Buffer.from(request);
  answer[1] = 0x81;
  answer.fill(0, 8, 24);
  Buffer.from([...new Array<number>(10).fill(0), 0xff, 0xff, ...pcp.split('.').map(Number)]).copy(answer, 44);
  return answer;
}

async function serveUpnp(address: string, description: string | undefined): Promise<number> {
  const type = 'urn:schemas-upnp-org:service:WANIPConnection:1';
  const server = createServer((request, response) => {
    if (request.url === '/root/description.xml') {
      response.end(
        description ??
          `<root><device><serviceList><service><serviceType>urn:schemas-upnp-org:service:Layer3Forwarding:1</serviceType>
           <controlURL>/wrong</controlURL></service><service><serviceType>${type}</serviceType><controlURL>control</controlURL>
           </service></serviceList></device></root>`,
      );
    } else if (
      request.url === '/root/control' &&
      request.method === 'POST' &&
      request.headers['soapaction'] === `"${type}#GetExternalIPAddress"`
    ) {
      response.end(`<s:Envelope><s:Body><u:R><NewExternalIPAddress>${address}</NewExternalIPAddress></u:R></s:Body></s:Envelope>`);
    } else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
