/** Texts of shared folders and of the names that are allowed in folders. */
export const foldersText = {
  shared: 'Shared folders',
  sharedHelp: 'Folders of this machine that several partners can have, each at a path of its own. The rights above hold in them too.',
  noneYet: 'There is no shared folder yet. Make one under Groups and shared folders.',
  path: 'Path as the partner sees it',
  folder: 'Shared folder',
  counts: 'What lies in it counts in the storage of this partner too',
  patterns: 'Names of files',
  patternsHelp: 'Which files may be sent, fetched, renamed and deleted, by folder. The nearest entry counts.',
  denied: 'Not allowed',
  patternHelp: 'With spaces between them, such as *.exe *.bat. Upper and lower case are the same.',
  allowed: 'Allowed',
  allowedHelp: 'Goes before what is not allowed. With any here, everything else is refused. Empty: all.',
  hidden: 'Refused files are not seen either',
} as const;
