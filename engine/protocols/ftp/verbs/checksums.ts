import type { ChecksumAlgorithm, Session } from '../../../vfs/types.ts';
import type { ControlConnection } from '../control-connection.ts';
import { HASH_NAMES, HASHES } from '../hashes.ts';
import { Refusal } from '../replies.ts';
import type { Verb } from '../verb.ts';

/** HASH (draft-bryan-ftp-hash) and the older commands of single algorithms, which some clients use to compare what they sent. */
export const checksumVerbs: Readonly<Record<string, Verb>> = {
  HASH: {
    syntax: '<path>',
    argument: 'required',
    duringTransfer: 'wait',
    features: ({ state }) => [`HASH ${HASH_NAMES.map((name) => (name === state.hash ? `${name}*` : name)).join(';')}`],
    login: 'required',
    run: async (control, argument, session) => {
      const { range, hash } = control.state;
      control.state.range = null;
      const path = control.path(argument);
      const { size } = await session.stat(path);
      const from = range?.from ?? 0;
      const to = Math.min(range?.to ?? size, size);
      if (from > size) throw new Refusal(554, `The file has ${size} bytes only.`);
      const digest = await checksum(control, session, path, HASHES[hash], { from, to });
      control.reply(213, `${hash} ${from}-${to} ${digest} ${argument}`);
    },
  },
  XCRC: single('crc32'),
  XMD5: single('md5'),
  XSHA: single('sha1'),
  XSHA1: single('sha1'),
  XSHA256: single('sha256'),
  XSHA512: single('sha512'),
};

/** `XCRC "path" [from [to]]`: offsets from 0, the second one not included, as Serv-U has them; only after a path in quotes. */
function single(algorithm: ChecksumAlgorithm): Verb {
  return {
    syntax: '<path> or "<path>" [<from> [<to>]]',
    argument: 'required',
    duringTransfer: 'wait',
    login: 'required',
    run: async (control, argument, session) => {
      const quoted = /^"(.+)"(?: (\d{1,15})(?: (\d{1,15}))?)?$/.exec(argument);
      const path = control.path(quoted?.[1] ?? argument);
      const from = Number(quoted?.[2] ?? 0);
      const to = Number(quoted?.[3] ?? Number.MAX_SAFE_INTEGER);
      if (to < from) throw new Refusal(501, 'The end comes before the beginning.');
      control.reply(250, (await checksum(control, session, path, algorithm, { from, to })).toUpperCase());
    },
  };
}

/** Ends with ABOR and with the connection: nobody waits for the checksum of a large file any more. */
function checksum(
  control: ControlConnection,
  session: Session,
  path: string,
  algorithm: ChecksumAlgorithm,
  range: { readonly from: number; readonly to: number },
): Promise<string> {
  return control.interruptibly((signal) => session.checksum(path, algorithm, { signal, range }));
}
