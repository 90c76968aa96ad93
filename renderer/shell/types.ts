import type { AdminCredentials, IdentitySignIn, SignInWays } from '../../engine/contract/admin.ts';
import type { ErrorData } from '../../engine/contract/errors.ts';
import type { PushMessage } from '../../engine/contract/push.ts';
import type { Envelope, Input, Method, Output } from '../../engine/contract/rpc.ts';

/** How the console reaches the engine, whatever carries it. */
export type Transport = {
  /** Calls a method. Never rejects: an engine that cannot be reached answers with the code `not_running`. */
  call<M extends Method>(method: M, input: Input<M>): Promise<Envelope<Output<M>>>;
  /** Follows pushed messages and the state of the connection; returns the function that ends it. */
  /** Null where whoever sees the page may use it, as in the desktop application. */
  readonly door: Door | null;
  subscribe(listener: { readonly message: (message: PushMessage) => void; readonly state: (state: LinkState) => void }): () => void;
};

/** The way in and out for those who sign in by name. What succeeds loads the page anew, so that nothing of somebody else's is left in it. */
export type Door = {
  ways(): Promise<Envelope<SignInWays>>;
  /** Resolves with the error where it did not succeed. */
  signIn(credentials: AdminCredentials): Promise<ErrorData | undefined>;
  /** Leads to the identity provider. Resolves with the error where that did not succeed. */
  signInWithProvider(): Promise<ErrorData | undefined>;
  signOut(): Promise<void>;
};

/** The line to the engine. `signed-out`: the engine runs, but this page has to be opened by a new link. */
export type LinkState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'restarting'; readonly attempt: number }
  | { readonly kind: 'failed'; readonly error: ErrorData }
  | { readonly kind: 'signed-out'; readonly returned?: ErrorData | PartnerWelcome };

/** A partner came back from the identity provider: his account is ready, and his own program is where to use it. */
export type PartnerWelcome = Extract<IdentitySignIn, { readonly kind: 'partner' }>;

/** A file that the person saves: the engine writes it to disk where the shell can name a path, else the browser downloads it. */
export type SaveRequest = { readonly suggestedName: string; readonly format: 'csv' | 'jsonl' | 'txt' | 'zip' };

/**
 * What only a desktop can do. A capability that a shell lacks is null: features ask for the capability, never for the shell.
 */
export type ShellApi = {
  /** Opens the system's folder dialogue. Resolves with the path, null when cancelled. */
  readonly pickFolder: ((startAt: string) => Promise<string | null>) | null;
  /** Asks where to save. Resolves with the path, null when cancelled. */
  readonly pickSavePath: ((request: SaveRequest) => Promise<string | null>) | null;
  /** Shows a real path in the file manager. */
  readonly revealInFolder: ((path: string) => Promise<void>) | null;
  /** Starts with the session of the user. */
  readonly startAtSignIn: { get(): Promise<boolean>; set(enabled: boolean): Promise<void> } | null;
  /** True where closing the window leaves a tray icon to come back from. */
  readonly tray: boolean;
  readonly notifications: {
    /** Whether notices can be shown: `ask` when the person has not decided yet. */
    state(): Promise<'granted' | 'denied' | 'ask' | 'unsupported'>;
    request(): Promise<'granted' | 'denied'>;
    /** Null where the shell shows notices by itself as they are pushed. */
    readonly show: ((notice: { readonly tag: string; readonly title: string; readonly body: string }, onClick: () => void) => void) | null;
  };
  /** Routes that the shell wants shown: a notice or a tray entry was clicked. Returns the function that ends it. */
  readonly onNavigate: (listener: (route: string) => void) => () => void;
  /** Opens a web address outside the console. */
  readonly openExternal: (url: string) => void;
};

/**
 * What the preload script exposes as `window.gatehouse` in the desktop application: both halves over one typed, checked IPC channel.
 * Everything that crosses it is structured-clonable.
 */
export type DesktopBridge = {
  call(method: string, input: unknown): Promise<Envelope<unknown>>;
  onPush(listener: (message: PushMessage) => void): () => void;
  onLinkState(listener: (state: LinkState) => void): () => void;
  pickFolder(startAt: string): Promise<string | null>;
  pickSavePath(request: SaveRequest): Promise<string | null>;
  revealInFolder(path: string): Promise<void>;
  getStartAtSignIn(): Promise<boolean>;
  setStartAtSignIn(enabled: boolean): Promise<void>;
  /** Known when the window opens. */
  readonly hasTray: boolean;
  notificationState(): Promise<'granted' | 'denied' | 'unsupported'>;
  onNavigate(listener: (route: string) => void): () => void;
  openExternal(url: string): void;
};
