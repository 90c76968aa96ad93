import type { Settings } from '../contract/settings.ts';

export type Endpoint = { readonly host: string; readonly port: number };

/** For one run only, over what the settings say: a listener named here is on. */
export type Overrides = {
  readonly http?: Endpoint;
  readonly sftp?: Endpoint;
  readonly ftp?: Endpoint;
  readonly passive?: { readonly from: number; readonly to: number };
};

/** The settings as they hold for a run with these overrides. */
export function withOverrides(settings: Settings, { sftp, ftp, passive }: Overrides): Settings {
  return {
    ...settings,
    sftp: { ...settings.sftp, ...(sftp === undefined ? {} : { enabled: true, ...sftp }) },
    ftp: {
      ...settings.ftp,
      ...(ftp === undefined ? {} : { enabled: true, ...ftp }),
      ...(passive === undefined ? {} : { passiveFrom: passive.from, passiveTo: passive.to }),
    },
  };
}
