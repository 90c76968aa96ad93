import type { IncomingMessage } from 'node:http';
import { AppError } from '../contract/errors.ts';

/** Larger bodies are refused with 413 where nothing else is said. */
export const LARGEST_BODY_BYTES = 8 * 1024 * 1024;

/**
 * Reads a JSON body; undefined for an empty one. Rejects with `payload_too_large` (the rest is not read: close the connection),
 * `invalid_json`, or `connection_lost` when the client went away.
 */
export async function readJson(request: IncomingMessage, largestBytes = LARGEST_BODY_BYTES): Promise<unknown> {
  const bytes = await readBody(request, largestBytes);
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch (cause) {
    throw new AppError('invalid_json', undefined, { cause });
  }
}

function readBody(request: IncomingMessage, largestBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > largestBytes) {
      reject(new AppError('payload_too_large'));
      return;
    }
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= largestBytes) {
        chunks.push(chunk);
        return;
      }
      request.pause();
      reject(new AppError('payload_too_large'));
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('close', () => reject(new AppError('connection_lost')));
    request.on('error', (cause) => reject(new AppError('connection_lost', undefined, { cause })));
  });
}
