import { useMemo } from 'react';
import type { StoredEvent } from '../../engine/contract/event.ts';
import { eventSentence } from '../../engine/events/catalog.ts';
import { useQuery } from './use-query.ts';

/**
 * Says an event in one sentence, with the partner's present name where the log has the user name. Users that are gone, or not read yet,
 * keep the name that stands in the event.
 */
export function useEventSentence(): (event: StoredEvent) => string {
  const accounts = useQuery('accounts.list', {}).data;
  return useMemo(() => {
    const names = new Map(accounts?.map(({ username, displayName }) => [username, displayName]));
    return (event) => {
      // One with a login name beside it bears the display name of then already.
      const name = event._user === null || event._user.login !== undefined ? undefined : names.get(event._user._generated_displayname);
      if (event._user === null || name === undefined || name === '') return eventSentence(event);
      return eventSentence({ ...event, _user: { ...event._user, _generated_displayname: name } });
    };
  }, [accounts]);
}
