import { Socket, type SocketConstructorOpts } from 'node:net';

/** Several of SSH's packets of 32 KiB, which clients send in one go; one write of an FTP upload. */
const SLAB_BYTES = 256 * 1024;
/** What is read at least, one packet, before another slab is begun. */
const LEAST_BYTES = 35_000;
/**
 * `slabs`: how many are kept to be read into in turn while others are being written; what goes beyond is used once. `mostBytes`: of one read.
 */
export type ReuseOptions = { readonly paused?: boolean; readonly slabs?: number; readonly mostBytes?: number };

/** Slabs of connections that have ended, for the next ones: a new one for each small file would cost more than the file. */
const spare: Buffer[] = [];
const MOST_SPARE = 8;

/** What lies inside Node's socket. Where it is missing, only the gain is lost. */
type Inside = { _handle: { readonly useUserBuffer?: unknown } | null };

/**
 * The accepted connection (paused, nothing read) as a socket that reads into the same few pieces of memory again and again. Node allocates the
 * bytes of each read anew otherwise, and counts them towards the size of its heap: while a client uploads, V8 then collects garbage every
 * 32 MiB, in some processes the whole heap each time, for a third of the machine's time. `isKept` is asked whether anybody may still look at
 * what lies in these bytes; what may is left alone, and reading goes on behind it. The socket emits `data` as any other, and begins to read at
 * once unless it is to be `paused`.
 */
export function reuseReads(
  accepted: Socket,
  isKept: (bytes: ArrayBufferLike) => boolean,
  { paused = false, slabs: most = 2, mostBytes = SLAB_BYTES }: ReuseOptions = {},
): Socket {
  const inside = accepted as unknown as Inside;
  const handle = inside._handle;
  if (typeof handle?.useUserBuffer !== 'function') return accepted;
  inside._handle = null;
  const slabs: Buffer[] = [];
  let slab = anotherSlab();
  let used = 0;

  function anotherSlab(): Buffer {
    const free = slabs.find(({ buffer }) => !isKept(buffer));
    if (free !== undefined) return free;
    const another = spare.pop() ?? Buffer.allocUnsafeSlow(SLAB_BYTES);
    if (slabs.length < most) slabs.push(another);
    return another;
  }

  const onread = {
    buffer: (): Buffer => slab.subarray(used, used + mostBytes),
    callback: (count: number, chunk: Uint8Array): boolean => {
      socket.emit('data', chunk.subarray(0, count));
      used = isKept(slab.buffer) ? used + count : 0;
      if (SLAB_BYTES - used < LEAST_BYTES) {
        slab = anotherSlab();
        used = 0;
      }
      return true;
    },
  };
  const options: SocketConstructorOpts & { readonly handle: object; readonly pauseOnCreate: boolean } = {
    handle,
    onread,
    allowHalfOpen: accepted.allowHalfOpen,
    pauseOnCreate: paused,
  };
  const socket = new Socket(options);
  socket.once('close', () => {
    // The server counts its connections by the sockets that it made.
    accepted.destroy();
    for (const one of slabs) if (spare.length < MOST_SPARE && !isKept(one.buffer)) spare.push(one);
    slabs.length = 0;
  });
  return socket;
}
