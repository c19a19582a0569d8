// Somebody at a browser: what they do in the published components, and what clerk-js then knows.

import { shoot } from './chromium.js';
import { CODE, PASSWORD } from './people.js';

export class Visitor {
  constructor(context, setup) {
    this.context = context;
    this.setup = setup;
  }

  /** Opens a path of the application in the visitor's first tab. */
  async open(path) {
    this.page ??= await this.context.newPage();
    await this.page.goto(this.setup.app + path);
    await this.loaded();
    return this;
  }

  /** Opens a page without clerk-js. */
  async goTo(path) {
    await this.page.goto(this.setup.app + path);
  }

  /** The same browser's next tab. */
  async tab(path) {
    return (await this.newTab()).open(path);
  }

  /** The same, empty. */
  async newTab() {
    const tab = new Visitor(this.context, this.setup);
    tab.page = await this.context.newPage();
    return tab;
  }

  async reload() {
    await this.page.reload();
    await this.loaded();
  }

  loaded(page = this.page) {
    return page.waitForFunction(() => window.Clerk?.loaded);
  }

  /** Keeps a picture. */
  shot(name) {
    return shoot(this.page, name);
  }

  /** Waits for this text anywhere on the page. */
  sees(text) {
    return this.page.getByText(text).first().waitFor();
  }

  fill(name, value) {
    return this.page.locator(`input[name="${name}"]`).fill(value);
  }

  /** Presses the button or link of this name. */
  press(name = 'Continue') {
    const exact = { name, exact: true };
    return this.page.getByRole('button', exact).or(this.page.getByRole('link', exact)).first().click();
  }

  /** Fills in a field and submits its form. New passwords are commented on when left, which moves the buttons away. */
  async submit(name, value) {
    await this.fill(name, value);
    await this.page.locator(`input[name="${name}"]`).press('Enter');
  }

  /** Does something, and returns the status that the API answers the request behind it with. */
  async answerTo(path, action) {
    const isIt = url => (typeof path === 'string' ? url.includes(path) : path.test(url));
    const [answer] = await Promise.all([this.page.waitForResponse(answer => isIt(answer.url())), action()]);
    return answer.status();
  }

  /** Types a one-time code, which submits itself. */
  async code(code = CODE) {
    const field = this.page.locator('input[autocomplete="one-time-code"]').first();
    await field.waitFor();
    // A wrong code stands there for a moment, and every further digit would be an attempt.
    await this.page.waitForFunction(input => input.value === '', await field.elementHandle());
    await field.pressSequentially(code);
  }

  /** Signs up with address, password and code, in the component. */
  async signUp(email, { arrivesAt = '/' } = {}) {
    await this.open('/sign-up');
    await this.fill('emailAddress', email);
    await this.submit('password', PASSWORD);
    await this.code();
    return this.arrives(arrivesAt);
  }

  /** The first step of a sign-in. */
  async identify(email) {
    await this.open('/sign-in');
    await this.fill('identifier', email);
    await this.press();
  }

  /** Signs in with a password, up to pressing the button. */
  async tryPassword(email, password = PASSWORD) {
    await this.identify(email);
    await this.fill('password', password);
    await this.press();
  }

  /** Signs in with a password and waits for the page behind it. */
  async signIn(email, { password = PASSWORD, arrivesAt = '/' } = {}) {
    await this.tryPassword(email, password);
    return this.arrives(arrivesAt);
  }

  /** Signs out with the user button. */
  async signOut() {
    await this.page.locator('.cl-userButtonTrigger').click();
    await this.press('Sign out');
    await this.isSignedOut();
  }

  /** Waits until the page shows a signed-in user after a redirect; returns the user's id. */
  async arrives(path = '/') {
    await this.page.waitForURL(url => url.pathname === path);
    await this.loaded();
    await this.page.waitForFunction(() => window.Clerk.user);
    return this.userId();
  }

  /** Waits until clerk-js knows of no user any more. */
  async isSignedOut() {
    await this.page.waitForFunction(() => window.Clerk?.loaded && window.Clerk.user === null);
  }

  /** The id of the user that clerk-js holds, or null. */
  userId() {
    return this.page.evaluate(() => window.Clerk.user?.id ?? null);
  }

  /** A new session token; null where there is none, also because the page was left while it asked. */
  async token() {
    const asked = this.page.evaluate(() => window.Clerk.session?.getToken({ skipCache: true }).catch(() => null));
    return (await asked.catch(() => null)) ?? null;
  }

  /** Loses the cookies of these names. */
  forgetCookies(name) {
    return this.context.clearCookies({ name });
  }
}
