/** Every sentence that the shell itself says; what the engine says comes from the engine. */

const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many.replace('#', String(count)));

export const texts = {
  appName: 'Gatehouse',
  tray: {
    starting: 'Starting',
    restarting: 'The servers are being restarted',
    failed: 'The servers have stopped',
    paused: 'Paused: no new partners are let in',
    live: (sessions: number): string => (sessions === 0 ? 'Live' : `Live · ${plural(sessions, '1 partner', '# partners')}`),
    transferring: (files: number): string => `Live · ${plural(files, '1 file is moving', '# files are moving')}`,
    attention: (problems: number): string => plural(problems, 'One thing needs attention', '# things need attention'),
    open: 'Open Gatehouse',
    recent: 'Recent',
    nothingRecent: 'Nothing yet',
    openFolder: 'Open exchange folder',
    run: 'Run a rule',
    pause: 'Pause',
    resume: 'Resume',
    snooze: 'Snooze alerts',
    snoozeHour: 'For 1 hour',
    snoozeToday: 'For the rest of today',
    snoozeEnd: (until: string): string => `Snoozed until ${until}: end now`,
    startAgain: 'Start the servers again',
    quit: (sessions: number): string =>
      sessions === 0 ? 'Quit' : `Quit: ${plural(sessions, '1 partner', '# partners')} will be disconnected`,
  },
  quit: {
    title: 'Quit Gatehouse',
    question: (sessions: number): string =>
      sessions === 0 ? 'Stop the servers and quit?' : plural(sessions, '1 partner is connected.', '# partners are connected.'),
    consequence: (sessions: number): string =>
      sessions === 0
        ? 'Partners cannot connect until Gatehouse is started again.'
        : 'They will be disconnected. Files on their way can be resumed when Gatehouse runs again.',
    noTray: 'This desktop shows no tray icon, so closing the window stops the servers. ',
    quit: 'Quit',
    cancel: 'Cancel',
  },
  closeHint: {
    title: 'Gatehouse is still running',
    body: 'Partners can go on sending files. Open the window again from the icon in the tray.',
  },
  engineFailed: { title: 'The Gatehouse servers have stopped' },
  keyStore: {
    title: 'Gatehouse',
    locked: 'The system’s key store cannot be opened.',
    lockedDetail:
      'It protects the stored passwords for mail and other servers. Unlock it and try again. Going on without it leaves them locked until you give the recovery passphrase or enter them again.',
    again: 'Try again',
    without: 'Go on without',
    quit: 'Quit',
  },
  menu: { file: 'File', view: 'View' },
} as const;
