/** Texts for whoever may not do, or not see, something. */
export const rightsText = {
  lookOnly: 'You can look at this and change nothing here.',
  noPage: 'This page is not open to you',
  /** Why, and who can help. */
  because: (role: string | null) =>
    role === null
      ? 'Your permissions do not include it. An administrator who may manage administrators can give them.'
      : `You look after the partners of the role ${role}, and this reaches beyond them. Ask an administrator without a role.`,
  home: 'Go to Home',
} as const;
