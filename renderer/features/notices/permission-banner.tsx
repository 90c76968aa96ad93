import { type ReactElement, useEffect, useState } from 'react';
import { useConsole } from '../../stores/console.ts';
import { noticesText } from '../../text/notices.ts';
import { Button, Notice } from '../../ui/index.ts';

type Permission = 'granted' | 'denied' | 'ask' | 'unsupported';

/** Says when notices cannot leave the page, and how to let them. */
export function PermissionBanner(): ReactElement | null {
  const { notifications } = useConsole().shell;
  const [state, setState] = useState<Permission>();
  useEffect(() => {
    void notifications.state().then(setState);
  }, [notifications]);
  if (state === 'denied') {
    return (
      <Notice kind="warning" title={noticesText.blockedTitle}>
        {noticesText.blockedBody}
      </Notice>
    );
  }
  if (state !== 'ask') return null;
  return (
    <Notice
      kind="notice"
      title={noticesText.askTitle}
      action={<Button onClick={() => void notifications.request().then(setState)}>{noticesText.allow}</Button>}
    >
      {noticesText.askBody}
    </Notice>
  );
}
