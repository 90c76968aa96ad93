import type { Settings } from '../contract/settings.ts';
import { isLoopback } from '../lib/address.ts';

export type Endpoint = { readonly host: string; readonly port: number };

/** For one run only, over what the settings say: a listener named here is on. */
export type Overrides = {
  /** A loopback address moves the console's own listener there; any other one lets it be reached there over HTTPS too. */
  readonly http?: Endpoint;
  readonly sftp?: Endpoint;
  readonly ftp?: Endpoint;
  readonly passive?: { readonly from: number; readonly to: number };
};

/** The settings as they hold for a run with these overrides. */
export function withOverrides(settings: Settings, { http, sftp, ftp, passive }: Overrides): Settings {
  return {
    ...settings,
    console: { ...settings.console, ...(http === undefined || isLoopback(http.host) ? {} : { enabled: true, ...http }) },
    sftp: { ...settings.sftp, ...(sftp === undefined ? {} : { enabled: true, ...sftp }) },
    ftp: {
      ...settings.ftp,
      ...(ftp === undefined ? {} : { enabled: true, ...ftp }),
      ...(passive === undefined ? {} : { passiveFrom: passive.from, passiveTo: passive.to }),
    },
  };
}
