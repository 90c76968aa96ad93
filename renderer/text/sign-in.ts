/** Texts of the page before the console, and of one's own sign-in. */
export const signInText = {
  title: 'Sign in to Gatehouse',
  name: 'Name',
  password: 'Password',
  what: 'password',
  code: 'Code',
  codeHelp: 'The six digits that your authenticator app shows now, or a recovery code.',
  go: 'Sign in',
  failed: 'You could not be signed in',
  with: (provider: string) => `Sign in with ${provider}`,
  checking: 'Looking how you can sign in',
  atMachine: 'At the machine itself no password is needed. Open the console there by a link that works once:',
  signOut: 'Sign out',
  signedInAs: (name: string) => `Signed in as ${name}`,
} as const;
