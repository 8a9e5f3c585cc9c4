/** This device's push subscription: the browser's own, and what the server knows of it. */
import { api } from '../api/client';
import type { Meta } from '../api/types';
import { isApple, isInstalled } from '../install/device';

/** Whether notifications can come to this device. */
export type Standing =
  | 'on'
  /** They could, once the person allows it. */
  | 'off'
  /** The person has refused in this browser. */
  | 'denied'
  /** An iPhone, where only an installed app may. */
  | 'install'
  /** This browser has no notifications. */
  | 'unable';

async function worker(): Promise<ServiceWorkerRegistration | null> {
  if (!('serviceWorker' in navigator)) return null;
  return (await navigator.serviceWorker.getRegistration()) ?? null;
}

export async function standing(): Promise<Standing> {
  const registration = await worker();
  if (!('Notification' in globalThis) || !registration || !('pushManager' in registration))
    return isApple() && !isInstalled() ? 'install' : 'unable';
  if (Notification.permission === 'denied') return 'denied';
  const isSubscribed = (await registration.pushManager.getSubscription()) !== null;
  return isSubscribed && Notification.permission === 'granted' ? 'on' : 'off';
}

/** Bytes of base64url. */
export function bytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function isSame(key: ArrayBuffer | null, wanted: Uint8Array): boolean {
  if (!key) return false;
  const known = new Uint8Array(key);
  return known.length === wanted.length && known.every((byte, index) => byte === wanted[index]);
}

async function hand(subscription: PushSubscription): Promise<void> {
  await api.post('/push-subscriptions', subscription.toJSON());
}

/** Asks for the permission, subscribes and tells the server. `false`: the person refused. Called from a press of a button. */
export async function allow(): Promise<boolean> {
  if ((await Notification.requestPermission()) !== 'granted') return false;
  const registration = await worker();
  if (!registration) return false;
  const { vapid_public_key } = await api.kept<Meta>('/meta');
  if (!vapid_public_key) return false;
  const key = bytes(vapid_public_key);
  const known = await registration.pushManager.getSubscription();
  if (known && !isSame(known.options.applicationServerKey, key)) await known.unsubscribe();
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: key,
  });
  await hand(subscription);
  return true;
}

/** Nothing comes to this device any more. */
export async function stop(): Promise<void> {
  await api.del('/push-subscriptions');
  await forget();
}

/** Ends the browser's own subscription: at sign-out, where the server forgets the device by itself. */
export async function forget(): Promise<void> {
  const subscription = await (await worker())?.pushManager?.getSubscription();
  await subscription?.unsubscribe();
}

/** A new sign-in, or a browser that has renewed its subscription: the server is told again what it may not know. */
export async function renew(): Promise<void> {
  if (!('Notification' in globalThis) || Notification.permission !== 'granted') return;
  const subscription = await (await worker())?.pushManager?.getSubscription();
  if (subscription) await hand(subscription);
}
