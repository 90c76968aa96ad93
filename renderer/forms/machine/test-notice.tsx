import { BellRing } from 'lucide-react';
import { type ReactElement, useEffect, useState } from 'react';
import { useConsole } from '../../stores/console.ts';
import { useCommand } from '../../stores/use-query.ts';
import { machineText } from '../../text/machine.ts';
import { Button, ErrorState, Notice } from '../../ui/index.ts';

const text = machineText.notices;

type Permission = 'granted' | 'denied' | 'ask' | 'unsupported';

/** Sends a test notification, and says what keeps notifications from being seen on this desktop. */
export function TestNotice(): ReactElement {
  const { notifications } = useConsole().shell;
  const [permission, setPermission] = useState<Permission | undefined>(undefined);
  const [sent, setSent] = useState(false);
  const test = useCommand('notifications.test', ['notifications.']);
  useEffect(() => {
    void notifications.state().then(setPermission);
  }, [notifications]);

  async function send(): Promise<void> {
    setSent(false);
    setSent((await test.run({})) !== undefined);
  }

  return (
    <div className="flex flex-col gap-3">
      {permission === 'ask' && (
        <Notice kind="notice" action={<Button onClick={() => void notifications.request().then(setPermission)}>{text.allow}</Button>}>
          {text.ask}
        </Notice>
      )}
      {permission === 'denied' && <Notice kind="warning">{text.denied}</Notice>}
      {permission === 'unsupported' && <Notice kind="warning">{text.unsupported}</Notice>}
      <div className="flex flex-wrap items-center gap-3">
        <Button icon={BellRing} busy={test.busy} onClick={() => void send()}>
          {text.test}
        </Button>
        <span role="status" className="text-muted">
          {sent && text.sent}
        </span>
      </div>
      {test.error !== undefined && <ErrorState title={text.failed} error={test.error} />}
    </div>
  );
}
