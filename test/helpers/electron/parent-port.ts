/** Loaded in front of a utility process (`--import`): Electron's `process.parentPort` over Node's own channel to the parent. */
import { EventEmitter } from 'node:events';

const port = new EventEmitter();
Object.assign(port, { postMessage: (message: unknown) => process.send?.(message) });
// As in Electron, what came before somebody listens is kept: Node keeps it as long as nobody listens to the process either.
port.once('newListener', () => {
  process.on('message', (data) => port.emit('message', { data, ports: [] }));
});
process.on('disconnect', () => process.exit(1));
Object.defineProperty(process, 'parentPort', { value: port });
