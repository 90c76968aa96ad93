export { listenFailure, portOwner, type PortOwner } from '../lib/port-owner.ts';
