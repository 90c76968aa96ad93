/** Texts of what the wizard and the partners' pages ask alike. */
export const partnerFormText = {
  company: 'Company or person',
  companyHelp: 'As it shall be called in the timeline and in mails.',
  username: 'User name',
  usernameHelp: 'What the partner signs in with, and the name of its folder.',
  template: 'What may they do?',
  templates: {
    'drop-off': { title: 'Drop-off', help: 'Send files. They see names, but cannot fetch or change what is there.' },
    'pick-up': { title: 'Pick-up', help: 'Fetch files that you put there. They cannot send or change any.' },
    both: { title: 'Both', help: 'Send, fetch, rename and delete in their own folder.' },
  },
  signIn: 'How do they sign in?',
  withPassword: { title: 'Password', help: 'Generated here, shown once, kept only as a hash.' },
  withKey: { title: 'Public key', help: 'Safer, for SFTP only. The partner sends you its public key.' },
  password: 'Password',
  passwordHelp: 'Note it or copy it now: it cannot be shown again. Hand it out by another way than the connection sheet.',
  newPassword: 'Generate another',
  key: 'Public key',
  keyHelp: 'One line that begins with ssh-ed25519, ecdsa-sha2 or ssh-rsa.',
  keyRead: (type: string, fingerprint: string) => `${type} ${fingerprint}`,
} as const;
