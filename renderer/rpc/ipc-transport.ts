import type { DesktopBridge, LinkState, Transport } from '../shell/types.ts';

/** Over the preload script's bridge to the engine's process, in the desktop application. */
export function createIpcTransport(bridge: DesktopBridge): Transport {
  return {
    door: null,
    // Main checks the method and the engine both ends against its schemas.
    call: ((method: string, input: unknown) => bridge.call(method, input ?? {})) as Transport['call'],
    subscribe(listener) {
      const ends = [bridge.onPush(listener.message), bridge.onLinkState((state: LinkState) => listener.state(state))];
      return () => {
        for (const end of ends) end();
      };
    },
  };
}
