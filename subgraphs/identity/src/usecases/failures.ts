import { minPasswordLength } from '../domain/password-policy.ts';

/** What a person can put right, as members of the result unions. The texts are the same whatever the cause behind them. */
export const signUpAccepted = {
  __typename: 'SignUpAccepted',
  message: 'This address has an account now, or had one before. Sign in with its password.',
} as const;

export const signUpClosed = {
  __typename: 'SignUpClosed',
  message: 'New accounts are made by the operators here; ask them for one.',
} as const;

export const invalidEmail = { __typename: 'InvalidEmail', message: 'This is no e-mail address.' } as const;

export const signInFailed = {
  __typename: 'SignInFailed',
  message: 'The e-mail address or the password is wrong.',
} as const;

export const notYourWorkspace = {
  __typename: 'NotYourWorkspace',
  message:
    'You belong to no workspace with this slug; correct it, or leave it out to work in your first one.',
} as const;

export const sessionIsOver = {
  __typename: 'SessionEnded',
  message: 'The session has ended; sign in again.',
} as const;

export const lastOwner = {
  __typename: 'LastOwner',
  message: 'A workspace keeps at least one owner; make somebody else an owner first.',
} as const;

export const slugTaken = { __typename: 'SlugTaken', message: 'Another workspace has this slug.' } as const;

export const setUpNeeded = {
  __typename: 'SetUpNeeded',
  message:
    'This address is kept for the operators of this installation; give the set-up token that its start prints.',
} as const;

export const accountNotFound = {
  __typename: 'AccountNotFound',
  message: 'Nobody has an account with this address yet; ask them to sign up.',
} as const;

export const alreadyMember = {
  __typename: 'AlreadyMember',
  message: 'This account is a member already; change its role instead.',
} as const;

export const alreadyInvited = {
  __typename: 'AlreadyInvited',
  message: 'This address is invited already; withdraw the invitation to make another.',
} as const;

export function weakPassword(message: string) {
  return { __typename: 'WeakPassword', message, minLength: minPasswordLength } as const;
}

export function invalidSlug(message: string) {
  return { __typename: 'InvalidSlug', message } as const;
}
