/** Texts of what the watchful triggers look at. */
export const watchText = {
  quota: 'Used storage of a partner',
  quotaHelp: 'The rule runs when an account reaches this share of what it may store.',
  disk: 'Free part of the disk',
  diskHelp: 'The rule runs when less than this share of the disk with the exchange folder is free.',
  percent: '%',
  user: 'Partner',
  folder: 'Folder of the partner',
  pattern: 'File name',
  patternHelp: 'A pattern, such as *.csv.',
  deadline: 'Has to be there at',
  grace: 'Still in time after it',
  graceHelp: 'Only then the rule runs.',
  minutes: 'minutes',
  weekdays: 'On these days',
  days: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
} as const;
