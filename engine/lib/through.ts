import { pipeline, Readable, type Transform } from 'node:stream';

/** A stream sent through a transform; whoever reads gets the errors of both, and an early end there closes both. */
export function through(source: AsyncIterable<Uint8Array>, transform: Transform): AsyncIterable<Buffer> {
  pipeline(Readable.from(source, { objectMode: false }), transform, () => undefined);
  return transform;
}
