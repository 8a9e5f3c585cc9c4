export const en = {
  title: 'Good to see you',
  lede: 'Sign in to continue.',
  email: 'Email',
  password: 'Password',
  show: 'Show',
  hide: 'Hide',
  showPassword: 'Show password',
  signIn: 'Sign in',
  signingIn: 'Signing in',
  fresh: 'New here? Open the invitation your clinic sent you.',
  wrong: "That email and password don't go together. Check both and try again.",
  offline: "You're offline, and signing in needs a connection. Help now works without one.",
  slow: (seconds: number) =>
    `That was several tries. Wait ${seconds} ${seconds === 1 ? 'second' : 'seconds'}, then try again.`,
  missing: 'Fill in your email and your password.',
  waiting: (n: number) =>
    n === 1
      ? 'One answer is waiting on this phone. It is sent after the next sign-in.'
      : `${n} answers are waiting on this phone. They are sent after the next sign-in.`,

  fill: 'Please fill this in.',
  passwordRule: '15 characters or more. Three or four words that you can remember work well.',
  passwordShort: 'This needs 15 characters or more.',
};
