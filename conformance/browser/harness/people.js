// Who the tests are about.

export const PASSWORD = 'grape-tundra-lantern-42';
export const OTHER_PASSWORD = 'copper-meadow-violin-77';
/** What test addresses are verified with. */
export const CODE = '424242';

let serial = 0;

/** An address that takes `CODE` and gets no mail. */
export function freshEmail(stem = 'person') {
  serial += 1;
  return `${stem}${process.pid}x${serial}+clerk_test@example.com`;
}

/** A user with an address and `PASSWORD`, made through the Backend API. */
export async function createPerson({ clerk }, more = {}) {
  const email = freshEmail();
  const user = await clerk.users.createUser({ emailAddress: [email], password: PASSWORD, ...more });
  return { email, id: user.id };
}

/** A number that takes `CODE` and gets no SMS. */
export function freshNumber() {
  serial += 1;
  return `+1${201 + serial}5550${100 + (process.pid % 100)}`;
}
