/** Texts of the mail server where a rule's e-mail needs one. */
export const mailServerText = {
  missing: 'No mail server is set up yet',
  missingBody: 'The message needs one. It is used by all rules, and can be changed in the settings.',
  through: (host: string) => `Goes out through ${host}.`,
  change: 'Change the mail server',
  host: 'Server',
  hostExample: 'smtp.example.com',
  port: 'Port',
  security: 'Encryption',
  securities: { starttls: 'STARTTLS', tls: 'TLS', none: 'None' },
  from: 'Sender address',
  username: 'User name',
  password: 'Password',
  save: 'Save the mail server',
  saved: 'The mail server was saved.',
  failed: 'The mail server was not saved',
} as const;
