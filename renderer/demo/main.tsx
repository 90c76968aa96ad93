import { mount } from '../app/mount.tsx';
import { createBrowserShell } from '../shell/browser-shell.ts';
import { createConsole } from '../stores/console.ts';
import { rightsOf } from './rights.ts';
import { createDemoTransport, type DemoMode } from './transport.ts';
import { createWorld } from './world.ts';

/**
 * `?fill=empty` for an office without partners, which is not set up either but with `?setup=done`; `?mode=quiet|live|broken`; `?now=` in
 * ms for the same picture each time; `?role=` and `?may=` for the eyes of an administrator with a role, or with these permissions only.
 */
const query = new URLSearchParams(location.search);
const now = Number(query.get('now') ?? Date.now());
const world = createWorld(now, query.get('fill') === 'empty' ? 'empty' : 'full', rightsOf(query));
const modes: readonly DemoMode[] = ['quiet', 'live', 'broken'];
const mode = modes.find((known) => known === query.get('mode')) ?? 'live';

const setUp = world.accounts.length > 0 || query.get('setup') === 'done';

mount(createConsole(createDemoTransport(world, mode, setUp), createBrowserShell()));
