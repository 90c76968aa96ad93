import { useEffect } from 'react';
import { useLocation } from 'wouter';
import { useConsole } from '../stores/console.ts';

/** Shows pushed notices outside of the page, where the shell does not do so by itself. Renders nothing. */
export function NoticeBridge(): null {
  const { onNotice, shell, client } = useConsole();
  const [, navigate] = useLocation();
  useEffect(() => {
    const { show } = shell.notifications;
    if (show === null) return undefined;
    return onNotice(({ id, key, title, body, link }) =>
      show({ tag: key, title, body }, () => {
        navigate(link);
        // The bell asks again anyway when the engine says that something was read.
        client.call('notifications.markRead', { ids: [id] }).catch(() => undefined);
      }),
    );
  }, [onNotice, shell, client, navigate]);
  return null;
}
