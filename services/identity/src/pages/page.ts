/** No script, nothing from elsewhere, no frame around it. */
export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
  'cache-control': 'no-store',
} as const;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** Text as text, also in an attribute. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character]!);

/** A whole page; `main` is markup, all else text. */
export function page(title: string, main: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}: Wardstream</title>
<link rel="stylesheet" href="/identity/style.css">
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
${main}
</main>
</body>
</html>
`;
}

const alert = (text: string | null): string => (text === null ? '' : `<p role="alert" id="fault">${escaped(text)}</p>`);
/** Ties a field to what is wrong with it. */
const described = (fault: string | null): string => (fault === null ? '' : ' aria-describedby="fault"');

export function signInPage(action: string, login: string, fault: string | null): string {
  const focus = login === '' ? 'login' : 'password';
  const autofocus = (field: string): string => (field === focus ? ' autofocus' : '');
  return page(
    'Sign in',
    `${alert(fault)}
<form method="post" action="${escaped(action)}">
<label>Name<input name="login" value="${escaped(login)}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="200" required${autofocus('login')}${described(fault)}></label>
<label>Password<input name="password" type="password" autocomplete="current-password" maxlength="1000" required${autofocus('password')}${described(fault)}></label>
<button type="submit">Sign in</button>
</form>
<p>Whoever manages Wardstream in your hospital gives out names and first passwords.</p>`,
  );
}

/** `login`: whose password it is, where that is known already. */
export function passwordPage(action: string, login: string | null, why: string, fault: string | null): string {
  return page(
    'Choose a new password',
    `<p>${escaped(why)}</p>
${alert(fault)}
<form method="post" action="${escaped(action)}">
<label>Name<input name="login" value="${escaped(login ?? '')}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="200" required${login === null ? '' : ' readonly'}></label>
<label>Present password<input name="password" type="password" autocomplete="current-password" maxlength="1000" required${described(fault)}></label>
<label>New password, 12 characters or more<input name="next" type="password" autocomplete="new-password" maxlength="1000" required${described(fault)}></label>
<label>New password again<input name="again" type="password" autocomplete="new-password" maxlength="1000" required${described(fault)}></label>
<button type="submit">Change the password</button>
</form>`,
  );
}

export function messagePage(title: string, text: string, link: string, to: string): string {
  return page(title, `<p>${escaped(text)}</p>\n<p><a href="${escaped(to)}">${escaped(link)}</a></p>`);
}
